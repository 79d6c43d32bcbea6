. "$SCENARIO/../../change/lib.sh"
signer alice 'namespaces="git,file"' >.zonegate/allowed_signers
signer bob >>.zonegate/allowed_signers
trusted
