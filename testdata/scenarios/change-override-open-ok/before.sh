. "$SCENARIO/../../change/lib.sh"
for name in alice bob carol; do
	signer $name
done >.zonegate/allowed_signers
trusted
git -C "$REMOTE" config receive.advertisePushOptions true
as alice
sed -i '/^api  60 A 198.51.100.1$/d' $zone
git add -A
git commit -q -S -m 'Primary only' --trailer 'Zonegate-Override: the standby site burns'
git push -q origin HEAD:main
