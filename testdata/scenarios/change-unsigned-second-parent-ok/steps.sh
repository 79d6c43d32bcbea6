. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
echo note >note.txt
commit 'Add a note'
git merge -q -S -m Merge side
git push origin HEAD:main
