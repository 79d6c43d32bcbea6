. "$SCENARIO/../../change/lib.sh"
key alice
echo "*@example.com $(cut -d' ' -f1,2 "$keys/alice.pub")" >.zonegate/allowed_signers
trusted
