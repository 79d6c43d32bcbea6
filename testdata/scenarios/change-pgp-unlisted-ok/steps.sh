. "$SCENARIO/../../change/lib.sh"
GNUPGHOME=$HOME/gnupg
git reset -q --hard origin/main
as_pgp alice
echo 'ftp A 192.0.2.21' >>$zone
commit 'Add ftp'
pgp_done
git push origin HEAD:main
