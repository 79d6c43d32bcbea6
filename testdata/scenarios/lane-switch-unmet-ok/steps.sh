. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
sed -i '/^api  60 A 198.51.100.1$/d' $zone
commit Switch
approve bob
git push origin HEAD:main
