# Policy and signers are on the server.
. "$SCENARIO/../../change/lib.sh"
mkdir -p "$HOME/policy/.zonegate"
for name in alice bob carol; do
	signer $name
done >"$HOME/policy/.zonegate/allowed_signers"
cp "$SCENARIO/policy.yaml" "$HOME/policy/policy.yaml"
git rm -q zonegate.yaml
trusted
git -C "$REMOTE" config zonegate.policy "$HOME/policy/policy.yaml"
