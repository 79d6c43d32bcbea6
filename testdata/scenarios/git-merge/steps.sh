git checkout -q -b side "$BASE"
echo 'api 60 A 203.0.113.77' >>zones/external/example.com.zone
git commit -q -a -m bad
git checkout -q main
git merge -q --no-ff -m merge side
git push origin HEAD:main
