. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
echo "* $(cut -d' ' -f1,2 "$keys/alice.pub")" >.zonegate/allowed_signers
commit All
git push origin HEAD:main
