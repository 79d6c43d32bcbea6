git clone -q --depth 1 "file://$REMOTE" ../shallow
cd ../shallow
echo 'ftp A 192.0.2.21' >>zones/external/example.com.zone
git commit -q -a -m good
git push origin HEAD:main
