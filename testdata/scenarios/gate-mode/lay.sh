# The keys on the server, apart from every repository. $SCENARIO/server/keys
# goes over those that the gate-mode scenarios share.
keys=$(dirname "$PWD")/keys
mkdir "$keys"
cp "$(dirname "$SCENARIO")/gate-mode/server/keys/"* "$keys"
[ ! -d "$SCENARIO/server/keys" ] || cp "$SCENARIO/server/keys/"* "$keys"
chmod 700 "$keys"
chmod 600 "$keys"/*
git config --global zonegate.keyDirectory "$keys"
[ ! -f "$SCENARIO/more.sh" ] || . "$SCENARIO/more.sh"
