. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
git checkout -q -b side
echo 'ftp A 192.0.2.21' >>$zone
commit 'Add ftp'
git checkout -q main
echo 'ftp2 A 192.0.2.22' >other.txt
commit 'Add a note'
git cherry-pick -S side >/dev/null
git push origin HEAD:main
