. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as mallory
signer mallory >>.zonegate/allowed_signers
commit 'Add mallory'
git push origin HEAD:main
