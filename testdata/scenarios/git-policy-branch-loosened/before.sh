git checkout -q -b policy
git rm -q -r zones
git commit -q -m 'The policy alone'
git push -q origin policy
git checkout -q main
git -C "$REMOTE" config zonegate.policyRef policy:zonegate.yaml
