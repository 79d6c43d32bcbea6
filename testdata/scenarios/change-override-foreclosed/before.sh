. "$SCENARIO/../../change/lib.sh"
for name in alice bob carol; do
	signer $name
done >.zonegate/allowed_signers
trusted
as alice
sed -i '/^api  60 A 198.51.100.1$/d' $zone
git add -A
git commit -q -S -m 'Primary only' --trailer 'Zonegate-Override: the standby site burns'
override=$(git rev-parse HEAD)
git checkout -q -b side HEAD~1
git commit -q -S --allow-empty -m 'Close' --trailer "Zonegate-Resolved: $override"
git checkout -q main
git merge -q -S --no-ff -m Merge side
git push -q origin HEAD:main
