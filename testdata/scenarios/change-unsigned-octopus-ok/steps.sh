. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
for i in 1 2 3; do
	git checkout -q -b side$i origin/main
	echo $i >note$i.txt
	git add -A
	git commit -q $([ $i = 3 ] || true && echo -S) -m $i
done
git checkout -q main
git merge -q --no-commit side1 side2 side3
git commit -q -S -m Octopus
git push origin HEAD:main
