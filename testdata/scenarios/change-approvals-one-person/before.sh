. "$SCENARIO/../../change/lib.sh"
for name in alice bob carol; do
	signer $name
done >.zonegate/allowed_signers
cp "$keys/bob" "$keys/dave" && cp "$keys/bob.pub" "$keys/dave.pub"
signer dave >>.zonegate/allowed_signers
trusted
