. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
echo 'ftp A 192.0.2.21' >>$zone
commit 'Add ftp'
git push origin HEAD:main
