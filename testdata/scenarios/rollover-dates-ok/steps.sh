# A second ZSK is published today.
dnssec-keygen -q -a 13 -K ../k -P now -A +864000 sub.example.com
sh -e ../sign
GIT_COMMITTER_DATE="$(date +%s) +0000" git commit -q -a -m "another key"
git push origin HEAD:main
