. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
echo 'ftp A 192.0.2.21' >>$zone
commit 'Add ftp'
# The signature of one commit, in another.
git cat-file commit HEAD >../one
sed 's/192.0.2.21/192.0.2.22/' $zone >../zone && cp ../zone $zone
git add -A
tree=$(git write-tree)
sed "1s/.*/tree $tree/" ../one >../two
git reset -q --hard "$(git hash-object -t commit -w ../two)"
git push origin HEAD:main
