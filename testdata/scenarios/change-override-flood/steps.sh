. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
echo note >note.txt
commit 'A note'
git push origin HEAD:main
