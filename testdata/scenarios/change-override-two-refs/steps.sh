. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
git checkout -q -b policy
as alice
sed -i 's/max-ttl: 60/max-ttl: 300/' zonegate.yaml
commit 'Another policy'
git checkout -q main
sed -i '/^api  60 A 198.51.100.1$/d' $zone
commit 'Primary only' --trailer 'Zonegate-Override: the standby site burns'
git push -o zonegate.override='the standby site burns' origin main policy
