i=0
while [ $i -lt 400 ]; do
	echo "; $i a comment that fills the zone file with bytes"
	i=$((i + 1))
done >notes
git add notes
echo 'ftp A 192.0.2.21' >>zones/external/example.com.zone
git commit -q -a -m large
git push origin HEAD:main
