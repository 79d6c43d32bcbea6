. "$SCENARIO/../../change/lib.sh"
as alice
mkdir -p more/external
sed -i 's/^api  60 A 192.0.2.1$/api  60 A 192.0.2.2/' $zone
git mv $zone more/external/
commit 'Switch, and move'
git push origin HEAD:main
