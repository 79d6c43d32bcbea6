git tag v1
git push origin v1
