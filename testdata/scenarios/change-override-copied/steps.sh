. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
sed -i '/^api  60 A 198.51.100.1$/d' $zone
commit 'Primary only' --trailer 'Zonegate-Override: the standby site burns'
git cat-file commit HEAD >../one
echo 'ftp A 192.0.2.21' >>$zone
git add -A
tree=$(git write-tree)
sed "1s/.*/tree $tree/" ../one >../two
git reset -q --hard "$(git hash-object -t commit -w ../two)"
git push -o zonegate.override='the standby site burns' origin HEAD:main
