# The signers are on the server, beside the policy, and no revoked keys.
. "$SCENARIO/../../change/lib.sh"
mkdir -p "$HOME/policy/.zonegate"
for name in alice bob; do
	signer $name
done >"$HOME/policy/.zonegate/allowed_signers"
cp zonegate.yaml "$HOME/policy/policy.yaml"
cp "$keys/bob.pub" .zonegate/allowed_signers.revoked
trusted
git -C "$REMOTE" config zonegate.policy "$HOME/policy/policy.yaml"
