# mallory may sign no more; the policy is on the server, the signers in the tree.
. "$SCENARIO/../../change/lib.sh"
for name in alice mallory; do
	signer $name
done >.zonegate/allowed_signers
trusted
git branch old
signer alice >.zonegate/allowed_signers
trusted 'mallory left'
mkdir "$HOME/policy"
cp zonegate.yaml "$HOME/policy/policy.yaml"
git -C "$REMOTE" config zonegate.policy "$HOME/policy/policy.yaml"
