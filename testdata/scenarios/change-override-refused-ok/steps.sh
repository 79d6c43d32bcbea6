. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
sed -i '/^api  60 A 198.51.100.1$/d' $zone
commit 'Primary only' --trailer 'Zonegate-Override: the standby site burns'
git push -o zonegate.override='the standby site burns' origin HEAD:main
