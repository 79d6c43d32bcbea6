. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
sed -i 's/^api  60 A 198.51.100.1$/api  60 A 198.51.100.2/' $zone
sed -i 's/max-ttl: 60/max-ttl: 90/' zonegate.yaml
commit Both
git push origin HEAD:main
