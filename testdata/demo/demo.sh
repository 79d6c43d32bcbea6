#!/bin/sh
# A bare repository with the hook, one good push and seven bad ones: what the
# pusher sees is printed as it is. Exit status 1 if any push does not end as it
# must.
#
#	ZONEGATE=build/zonegate testdata/demo/demo.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd)
zonegate=${ZONEGATE:-$here/../../build/zonegate}
[ -x "$zonegate" ] || { echo "demo: no zonegate at $zonegate: make" >&2; exit 2; }
zonegate=$(cd "$(dirname "$zonegate")" && pwd)/$(basename "$zonegate")

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

# Nothing of this machine's git settings, one author, one language.
for v in $(env | sed -n 's/^\(GIT_[A-Z_]*\)=.*/\1/p'); do unset "$v"; done
export HOME="$tmp" LC_ALL=C GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0
export GIT_AUTHOR_NAME=demo GIT_AUTHOR_EMAIL=demo@example.com
export GIT_COMMITTER_NAME=demo GIT_COMMITTER_EMAIL=demo@example.com

server=$tmp/zones.git
clone=$tmp/zones
com=zones/external/example.com.zone
shop=zones/external/shop.example.zone
signed=zones/external/signed.example.zone
results=$tmp/results

rule() { echo "------------------------------------------------------------------------"; }

show() {
	echo "\$ $*"
	"$@"
}

# sign SOURCE: what the signer of signed.example. would do, elsewhere.
sign() {
	"$zonegate" sign "$1" --zone signed.example. -o "$signed" \
	    --key "$ksk" --key "$zsk" >/dev/null
}

# Push what was changed in the clone. $1 the title, $2 pass or the rule that
# must block it, $3 why, in one line.
try() {
	title=$1 want=$2 why=$3
	rule
	echo "$title"
	echo
	git add -A
	echo "\$ git diff"
	git diff --cached --unified=0 | sed -n '/^[-+][^-+]/p' |
	    grep -Ev ' IN (RRSIG|NSEC) ' | cut -c1-76 |
	    sed -n '1,6p;7s/.*/  .../p'
	git commit -q -m "$title"
	echo "\$ git push origin main"
	if git push origin main >"$tmp/out" 2>&1; then
		got=pass
	else
		got=blocked
	fi
	cat "$tmp/out"
	if [ "$got" = blocked ] && grep -q "error\[$want\]" "$tmp/out"; then
		got=$want
	fi
	[ "$got" = pass ] || git reset -q --hard origin/main
	if [ "$got" = "$want" ]; then
		echo "=> as it must be: $why"
		echo "ok    $title: $got" >>"$results"
	else
		echo "=> WRONG: $got, not $want"
		echo "WRONG $title: $got, not $want" >>"$results"
	fi
	echo
}

# ---- a server with zones, its policy and the hook ----------------------------

echo "A bare repository of zones, and the hook:"
echo
cd "$tmp"
show git init -q --bare -b main zones.git
git init -q -b main zones
cd "$clone"
git remote add origin "$server"
mkdir -p zones/external
cp "$here/zonegate.yaml" .
cp "$here"/*.zone zones/external/
mkdir "$tmp/keys"
ksk=$tmp/keys/$(dnssec-keygen -q -a ECDSAP256SHA256 -f KSK -K "$tmp/keys" signed.example)
zsk=$tmp/keys/$(dnssec-keygen -q -a ECDSAP256SHA256 -K "$tmp/keys" signed.example)
sign "$here/signed.example.zone"
git add -A
git commit -q -m "zones and their policy"
git push -q origin main
git fetch -q origin
cd "$tmp"
show "$zonegate" install-hook zones.git
cd "$clone"
echo

# ---- pushes --------------------------------------------------------------------

sed -i -e 's/2026010101/2026010102/' \
    -e 's/^api .*192.0.2.1$/api   60 A   198.51.100.2/' "$com"
try "Fail over: api leaves the primary site" pass \
    "both addresses are on the allowlist, one stays, the zone can be signed"

sed -i -e 's/2026010102/2026010103/' \
    -e 's/198.51.100.2$/203.0.113.77/' "$com"
try "Hijack: api gets somebody else's address" failover-target-not-allowed \
    "a failover name may only answer what the policy allows"

sed -i -e 's/2026010102/2026010103/' -e '/^api /d' "$com"
try "Cleaned up too much: api has no address left" failover-answer-empty \
    "a failover name must always answer"

cp "$here/signed.example.zone" "$signed"
sed -i 's/2026010101/2026010102/' "$signed"
try "The signed zone, but the copy without signatures" dnssec-unsigned \
    "validating resolvers would refuse every answer of this zone"

sed 's/2026010101/2026010102/' "$here/signed.example.zone" >"$tmp/signed"
sign "$tmp/signed"
sed -i 's/192\.0\.2\.10$/192.0.2.11/' "$signed"
try "One record edited after the zone was signed" dnssec-bogus \
    "its RRSIG still signs the old address"

sed -i -e 's/2026010101/2026010102/' -e '20,$d' "$shop"
try "A zone cut off in the middle" zone-mass-change \
    "each version is a valid zone: only the pair shows what is lost"

sed -i -e 's/2026010102/2026010103/' \
    -e 's/mail\.example\.com\.$/mail.example.com/' "$com"
try "A final dot is missing" syntax-doubled-origin \
    "mail would go to mail.example.com.example.com."

sed -i 's/^api .*198.51.100.1$/api 86400 A   198.51.100.1/' "$com"
sed -i -e 's/2026010102/2026010103/' "$com"
sed -i 's/^api   60/api 86400/' "$com"
try "api kept in caches for a day" failover-ttl \
    "nobody could fail over before the caches forget"

# ---- what came of it -----------------------------------------------------------

rule
cat "$results"
pushed=$(git -C "$server" rev-list --count main)
echo
echo "On the server: $pushed commits, the first and the good one."
if [ "$pushed" -ne 2 ] || grep -q WRONG "$results"; then
	echo "demo: not as it must be" >&2
	exit 1
fi
