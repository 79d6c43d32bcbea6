. "$SCENARIO/../../change/lib.sh"
for name in alice bob carol; do
	signer $name
done >.zonegate/allowed_signers
trusted
as alice
git checkout -q -b side
echo 'ftp A 192.0.2.21' >>$zone
git add -A && git commit -q -m 'Add ftp'
git push -q origin side
git checkout -q main
