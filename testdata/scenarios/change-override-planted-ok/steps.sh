. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
sed -i '/^api  60 A 198.51.100.1$/d' $zone
commit 'Primary only'
echo 'api 60 A 198.51.100.1' >>$zone
commit Mend
git push origin HEAD:main
