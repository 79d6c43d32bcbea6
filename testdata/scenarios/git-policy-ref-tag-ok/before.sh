# Anybody may push a tag that nobody guards: one that is called as the branch of
# the policy is.
git checkout -q -b policy
git push -q origin HEAD:refs/heads/policy
sed -i 's/192.0.2.0.28/203.0.113.0\/24, &/' zonegate.yaml
git commit -q -a -m 'A policy of my own'
git push -q origin HEAD:refs/tags/policy HEAD:refs/policy/policy
git checkout -q main
git -C "$REMOTE" config zonegate.policyRef policy:zonegate.yaml
