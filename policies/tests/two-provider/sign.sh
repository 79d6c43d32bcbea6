#!/bin/sh
# The zones of these scenarios are signed before they are judged, as the policy
# demands. This makes new keys, signs every unsigned.zone here with them, and
# puts the DS record into the policy. Only needed after an unsigned.zone has
# changed. Needs dnssec-keygen and dnssec-dsfromkey of BIND.
#
#	ZONEGATE=build/zonegate policies/tests/two-provider/sign.sh
set -eu
zonegate=$(realpath "${ZONEGATE:-build/zonegate}")
cd "$(dirname "$0")"
at=2027-01-10 # every scenario is judged some days later
keys=$(mktemp -d)
trap 'rm -rf "$keys"' EXIT

ksk=$(dnssec-keygen -q -a ECDSAP256SHA256 -K "$keys" -f KSK example.org)
zsk=$(dnssec-keygen -q -a ECDSAP256SHA256 -K "$keys" example.org)

for file in */unsigned.zone; do
	scenario=${file%/*} to=change
	[ "$scenario" != plain ] || to=base
	mkdir -p "$scenario/$to/zones"
	"$zonegate" sign -q "$file" --zone example.org --at "$at" \
	    -o "$scenario/$to/zones/example.org.zone" \
	    --key "$keys/$ksk" --key "$keys/$zsk"
done

ds=$(dnssec-dsfromkey -2 "$keys/$ksk.key" | cut -d ' ' -f 4-)
sed -i "s/^\( *- \)\"[0-9]* 13 2 [0-9A-F ]*\"/\1\"$ds\"/" \
    ../../two-provider.yaml
