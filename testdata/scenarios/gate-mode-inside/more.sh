mkdir -p "$REMOTE/keys" .git/keys
cp "$keys"/* "$REMOTE/keys"; cp "$keys"/* .git/keys
chmod 700 "$REMOTE/keys" .git/keys
git -C "$REMOTE" config zonegate.keyDirectory "$REMOTE/keys"
git config zonegate.keyDirectory "$PWD/.git/keys"
