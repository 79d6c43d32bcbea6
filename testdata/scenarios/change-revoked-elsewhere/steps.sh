. "$SCENARIO/../../change/lib.sh"
as bob
echo 'ftp A 192.0.2.21' >>$zone
commit 'A change'
git push origin HEAD:main
