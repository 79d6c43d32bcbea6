. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
echo 'ftp A 192.0.2.21' >>$zone
commit 'Add ftp'
approve bob
git cat-file commit HEAD >../approval
git reset -q --hard HEAD~1
echo 'ftp2 A 192.0.2.22' >>$zone
as alice
commit 'Add ftp2'
sed "1s/.*/tree $(git rev-parse HEAD^{tree})/; 2s/.*/parent $(git rev-parse HEAD)/" \
	../approval >../copy
git reset -q --hard "$(git hash-object -t commit -w ../copy)"
git push origin HEAD:main
