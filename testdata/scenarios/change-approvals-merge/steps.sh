. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
git checkout -q -b topic
echo 'ftp A 192.0.2.21' >>$zone
commit 'Add ftp'
git checkout -q main
echo note >note.txt
as carol
commit 'Add a note'
as bob
git merge -q --no-commit topic
echo 'ftp2 A 192.0.2.22' >>$zone
git add -A
git commit -q -S -m Merge --trailer 'Approved-by: bob@example.com'
git push origin HEAD:main
