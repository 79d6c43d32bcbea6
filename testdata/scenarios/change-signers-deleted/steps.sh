. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
git rm -q .zonegate/allowed_signers
commit None
git push origin HEAD:main
