git checkout -q -b side "$BASE"
echo 'ftp A 192.0.2.21' >>zones/external/example.com.zone
git commit -q -a -m good
git checkout -q main
git merge -q --no-ff --no-commit side
echo 'ftp A 192.0.2.22' >>zones/external/example.com.zone
git commit -q -a -m merge
git push origin HEAD:main
