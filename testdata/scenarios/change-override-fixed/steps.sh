. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
sed -i 's/198.51.100.1$/203.0.113.7/' $zone
commit 'Primary only' --trailer 'Zonegate-Override: the standby site burns'
git push -o zonegate.override='the standby site burns' origin HEAD:main
