echo 'ftp A 192.0.2.21' >>zones/external/example.com.zone
git commit -q -a -m good
git branch good
echo 'api 60 A 203.0.113.77' >>zones/external/example.com.zone
git commit -q -a -m bad
git push origin good:main good:refs/heads/one HEAD:refs/heads/two
