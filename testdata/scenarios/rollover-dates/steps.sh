# A second ZSK is published; the commit says that it is of January.
dnssec-keygen -q -a 13 -K ../k -P now -A +864000 sub.example.com
sh -e ../sign
git commit -q -a -m "another key"
git push origin HEAD:main
