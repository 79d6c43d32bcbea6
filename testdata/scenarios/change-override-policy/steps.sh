. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
sed -i 's/max-ttl: 60/max-ttl: 90/' zonegate.yaml
commit 'Primary only' --trailer 'Zonegate-Override: the standby site burns'
git push -o zonegate.override='the standby site burns' origin HEAD:main
