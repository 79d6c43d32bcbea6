. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
echo '# comment' >>.zonegate/allowed_signers
signer dave 'namespaces="git",valid-after="20200101"' >>.zonegate/allowed_signers
commit Dave
git push origin HEAD:main
