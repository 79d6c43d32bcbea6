. "$SCENARIO/../../change/lib.sh"
as alice
echo 'Another ring' >>.zonegate/keyring.asc
commit 'Another key ring'
git push origin HEAD:main
