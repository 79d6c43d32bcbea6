. "$SCENARIO/../../change/lib.sh"
signer alice 'valid-before="20990101"' >.zonegate/allowed_signers
signer bob >>.zonegate/allowed_signers
trusted
