# The signers are on the server, the OpenPGP keys in the tree.
. "$SCENARIO/../../change/lib.sh"
mkdir -p "$HOME/policy/.zonegate"
for name in alice bob; do
	signer $name
done >"$HOME/policy/.zonegate/allowed_signers"
fingerprint=$(pgp_key carol)
gpg --export --armor >.zonegate/keyring.asc
pgp_done
sed "s/^  openpgp-keyring.*/&\n  openpgp: [{fingerprint: $fingerprint, principal: carol@example.com}]/" \
	zonegate.yaml >"$HOME/policy/policy.yaml"
git rm -q -f zonegate.yaml
trusted
git -C "$REMOTE" config zonegate.policy "$HOME/policy/policy.yaml"
