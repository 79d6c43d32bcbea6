. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
signer dave >>.zonegate/allowed_signers
echo 'ftp A 192.0.2.21' >>$zone
commit Both
git push origin HEAD:main
