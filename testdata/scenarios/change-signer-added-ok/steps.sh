. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
signer dave >>.zonegate/allowed_signers
commit 'Add dave'
git push origin HEAD:main
