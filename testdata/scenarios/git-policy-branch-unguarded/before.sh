git push -q origin main:refs/heads/policy
git -C "$REMOTE" config zonegate.policyRef policy:zonegate.yaml
