. "$SCENARIO/../../change/lib.sh"
signer alice 'valid-after="20190101"' >.zonegate/allowed_signers
signer bob >>.zonegate/allowed_signers
trusted
