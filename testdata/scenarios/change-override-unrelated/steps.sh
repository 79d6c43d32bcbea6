. "$SCENARIO/../../change/lib.sh"
as bob
git checkout -q --orphan other
commit 'Another beginning'
sed -i '/^api  60 A 198.51.100.1$/d' $zone
commit 'Primary only' --trailer 'Zonegate-Override: the standby site burns'
echo 'api 60 A 198.51.100.1' >>$zone
commit Mend
git push origin HEAD:refs/heads/release
