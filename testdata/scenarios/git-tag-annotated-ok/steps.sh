git tag -a -m one v1
git push origin v1
