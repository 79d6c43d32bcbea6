. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
echo 'ftp A 192.0.2.21' >>$zone
GIT_COMMITTER_DATE=2019-06-01T00:00:00Z commit 'Add ftp'
git push origin HEAD:main
