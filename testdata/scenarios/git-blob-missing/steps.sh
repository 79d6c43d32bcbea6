cd "$REMOTE"
echo "$BASE $(cat ../missing) refs/heads/main" | hooks/pre-receive
