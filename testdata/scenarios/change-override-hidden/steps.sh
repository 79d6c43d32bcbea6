. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
git checkout -q -b side HEAD~1
echo note >note.txt
commit 'A note'
git merge -q -S -m Merge main
git push origin HEAD:main
