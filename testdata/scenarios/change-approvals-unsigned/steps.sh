. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
echo 'ftp A 192.0.2.21' >>$zone
git commit -q -a -m 'Add ftp' --author 'dave <dave@example.com>'
GIT_COMMITTER_EMAIL=dave@example.com git commit -q --amend --no-edit
approve bob
git push origin HEAD:main
