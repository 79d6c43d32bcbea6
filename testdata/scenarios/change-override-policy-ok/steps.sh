. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
echo 'ftp A 192.0.2.21' >>$zone
commit 'Primary only' --trailer 'Zonegate-Override: the standby site burns'
git push -o zonegate.override='the standby site burns' origin HEAD:main
