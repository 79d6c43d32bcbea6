. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
echo 'ftp A 192.0.2.21' >>$zone
commit 'Add ftp'
approve bob
as alice
echo 'ftp2 A 192.0.2.22' >>$zone
commit 'Add ftp2'
approve bob
git push origin HEAD:main
