for i in 1 2 3; do
	git checkout -q -b side$i "$BASE"
	echo "ftp$i A 192.0.2.2$i" >zones/external/$i.inc
	git add . && git commit -q -m $i
done
git checkout -q main
git merge -q -m octopus side1 side2 side3
git push origin HEAD:main
