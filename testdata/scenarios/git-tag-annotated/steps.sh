echo 'api 60 A 203.0.113.77' >>zones/external/example.com.zone
git commit -q -a -m bad
git tag -a -m one v1
git tag -a -m two v2 v1
git push origin v2
