. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
sed -i '/^api  60 A 198.51.100.1$/d' $zone
git commit -q -a -m 'Primary only' --trailer 'Zonegate-Override: the standby site burns'
git push -o zonegate.override='the standby site burns' origin HEAD:main
