. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
echo note >note.txt
commit 'A note' --trailer "Zonegate-Resolved: $(git rev-parse HEAD)"
git push origin HEAD:main
