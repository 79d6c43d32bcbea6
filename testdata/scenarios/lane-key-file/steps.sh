. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
mkdir keys
echo 'example.com. DNSKEY 257 3 13 AAAA' >keys/Kexample.com.+013+12345.key
commit 'Add a key'
git push origin HEAD:main
