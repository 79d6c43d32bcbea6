# More objects than receive.unpackLimit: they arrive as a pack.
mkdir -p docs
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	for k in 1 2 3 4 5 6 7 8 9 10; do echo $i $k >docs/$i-$k; done
done
git add docs
echo 'ftp A 192.0.2.21' >>zones/external/example.com.zone
git commit -q -a -m good
git push origin HEAD:main
