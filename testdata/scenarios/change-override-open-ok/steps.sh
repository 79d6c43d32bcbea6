. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
echo 'api 60 A 198.51.100.1' >>$zone
commit 'Standby again'
git push origin HEAD:main
