. "$SCENARIO/../../change/lib.sh"
git checkout -q old
as mallory
echo 'ftp A 192.0.2.21' >>$zone
commit 'Still here'
git push origin HEAD:refs/heads/release
