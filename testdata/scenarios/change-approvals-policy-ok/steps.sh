. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
sed -i 's/max-ttl: 60/max-ttl: 90/' zonegate.yaml
commit 'Shorter TTLs'
approve bob
approve carol
git push origin HEAD:main
