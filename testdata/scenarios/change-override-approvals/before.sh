. "$SCENARIO/../../change/lib.sh"
for name in alice bob carol; do
	signer $name
done >.zonegate/allowed_signers
trusted
git -C "$REMOTE" config receive.advertisePushOptions true
as alice
echo 'ftp A 192.0.2.21' >>$zone
git add -A
git commit -q -S -m 'Ftp' --trailer 'Zonegate-Override: the standby site burns'
git push -q origin HEAD:main
