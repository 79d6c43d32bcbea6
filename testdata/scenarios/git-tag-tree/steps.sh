git tag v1 "HEAD^{tree}"
git push origin v1
