# What scenarios with signed commits share; sourced by their scripts, which run
# in the work clone. Keys live in $HOME/keys and die with the scenario.

keys=$HOME/keys
zone=zones/external/example.com.zone
mkdir -p "$keys" .zonegate

# An SSH key for NAME, once.
key() {
	[ -f "$keys/$1" ] || ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$keys/$1"
}

# A line of the allowed signers: NAME [OPTIONS]
signer() {
	key "$1"
	echo "$1@example.com${2:+ $2} $(cut -d' ' -f1,2 "$keys/$1.pub")"
}

# From here on NAME works here, and signs with his key.
as() {
	key "$1"
	GIT_AUTHOR_NAME=$1 GIT_AUTHOR_EMAIL=$1@example.com
	GIT_COMMITTER_NAME=$1 GIT_COMMITTER_EMAIL=$1@example.com
	export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL
	export GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
	git config gpg.format ssh
	git config user.signingKey "$keys/$1"
}

# Commit everything, signed: commit MESSAGE [OPTION...]
commit() {
	message=$1
	shift
	git add -A
	git commit -q -S --allow-empty -m "$message" "$@"
}

# NAME approves what is there: approve NAME [ADDRESS]
approve() {
	as "$1"
	git commit -q -S --allow-empty -m Approve \
		--trailer "Approved-by: ${2:-$1@example.com}"
}

# The trusted side as it was before the push: it goes to the server unjudged.
trusted() {
	git add -A
	git commit -q -m "${1:-trusted}"
	git push -q origin HEAD:main
}

# OpenPGP: a home of its own. NAME [EXPIRES]; prints the fingerprint. The key is
# a day old: one made in this second would be younger than what it signs.
GNUPGHOME=$HOME/gnupg
export GNUPGHOME
pgp_key() {
	begin=$(date -u -d "-1 day" +%Y%m%dT%H%M%S)
	mkdir -p -m 700 "$GNUPGHOME"
	gpg --batch --quiet --passphrase '' --faked-system-time "$begin" \
		--quick-gen-key "$1 <$1@example.com>" ed25519 sign "${2:-never}" 2>/dev/null
	gpg --batch --with-colons --list-keys "$1@example.com" |
		awk -F: '/^fpr/ {print $10; exit}'
}

as_pgp() {
	as "$1"
	git config gpg.format openpgp
	git config user.signingKey "$1@example.com"
}

# No agent outlives the scenario.
pgp_done() {
	gpgconf --homedir "$GNUPGHOME" --kill gpg-agent
}
