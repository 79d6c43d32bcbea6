. "$SCENARIO/../../change/lib.sh"
for name in alice bob carol; do
	signer $name
done >.zonegate/allowed_signers
trusted
as alice
git checkout -q -b old
echo 'ftp A 192.0.2.21' >>$zone
commit 'Add ftp'
approve bob
git checkout -q main
echo 'www A 192.0.2.11' >>$zone
trusted 'A change that must not be lost'
