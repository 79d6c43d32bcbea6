. "$SCENARIO/../../change/lib.sh"
signer alice '' >.zonegate/allowed_signers
signer bob >>.zonegate/allowed_signers
cp "$keys/alice.pub" .zonegate/allowed_signers.revoked
trusted
