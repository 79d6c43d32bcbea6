. "$SCENARIO/../../change/lib.sh"
fpr=$(pgp_key alice )
other=$(pgp_key bob)
gpg --batch --quiet --export --armor >.zonegate/keyring.asc
cat >>zonegate.yaml <<END
change-control:
  signed-commits: true
  openpgp-keyring: .zonegate/keyring.asc
  openpgp: [{fingerprint: $other, principal: alice@example.com}]
END
pgp_done
trusted
