. "$SCENARIO/../../change/lib.sh"
for name in alice bob carol; do
	signer $name
done >.zonegate/allowed_signers
trusted
as alice
sed -i '/^api  60 A 198.51.100.1$/d' $zone
git add -A
git commit -q -S -m 'Primary only' --trailer 'Zonegate-Override: the standby site burns'
# Nothing, 6,000 times.
{
	printf 'commit refs/heads/main\ncommitter a <a@example.com> 1767330000 +0000\n'
	printf 'data 0\nfrom %s\n' "$(git rev-parse HEAD)"
	i=1
	while [ $i -lt 6000 ]; do
		printf 'commit refs/heads/main\ncommitter a <a@example.com> 1767330000 +0000\n'
		printf 'data 0\n'
		i=$((i + 1))
	done
} | git fast-import --quiet
git reset -q --hard
git push -q origin HEAD:main
