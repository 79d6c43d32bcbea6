# A key is added on a branch, which goes on from what is published.
GIT_COMMITTER_DATE="$(date +%s) +0000"
export GIT_COMMITTER_DATE
dnssec-keygen -q -a 13 -K ../k -P now -A +864000 sub.example.com
sh -e ../sign
git commit -q -a -m "another key"
git rebase -q main
git push origin HEAD:main
