. "$SCENARIO/../../change/lib.sh"
for name in alice bob carol; do
	signer $name
done >.zonegate/allowed_signers
trusted
git push -q origin main:refs/heads/policy
git -C "$REMOTE" config zonegate.policyRef policy
git -C "$REMOTE" config receive.advertisePushOptions true
