for i in 1 2 3; do
	git checkout -q -b side$i "$BASE"
	echo "ftp$i A 192.0.2.2$i" >zones/external/$i.inc
	git add . && git commit -q -m $i
done
git checkout -q main
git merge -q --no-commit side1 side2 side3
echo 'api 60 A 203.0.113.77' >>zones/external/example.com.zone
git commit -q -a -m octopus
git push origin HEAD:main
