. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
sed -i /carol/d .zonegate/allowed_signers
commit 'Carol left'
git push origin HEAD:main
