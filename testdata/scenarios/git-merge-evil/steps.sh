git checkout -q -b side "$BASE"
echo 'ftp A 192.0.2.21' >>zones/external/example.com.zone
git commit -q -a -m good
git checkout -q main
git merge -q --no-ff --no-commit side
echo 'api 60 A 203.0.113.77' >>zones/external/example.com.zone
git commit -q -a -m merge
git push origin HEAD:main
