. "$SCENARIO/../../change/lib.sh"
signer alice 'valid-after="20200101"' >.zonegate/allowed_signers
signer bob >>.zonegate/allowed_signers
trusted
