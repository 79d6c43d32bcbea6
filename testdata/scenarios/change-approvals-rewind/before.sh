. "$SCENARIO/../../change/lib.sh"
for name in alice bob carol; do
	signer $name
done >.zonegate/allowed_signers
trusted
echo 'ftp A 192.0.2.21' >>$zone
trusted ftp
