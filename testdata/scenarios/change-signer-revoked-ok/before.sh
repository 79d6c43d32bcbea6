. "$SCENARIO/../../change/lib.sh"
signer alice '' >.zonegate/allowed_signers
signer bob >>.zonegate/allowed_signers
ssh-keygen -q -k -f .zonegate/allowed_signers.revoked "$keys/bob.pub"
trusted
