echo 'api 60 A 203.0.113.77' >>zones/external/example.com.zone
git commit -q -a -m bad
git replace HEAD "$BASE"
git push -f origin "refs/replace/*:refs/replace/*" HEAD:main
