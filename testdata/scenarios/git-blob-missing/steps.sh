# Push a tree that names a blob which neither side has.
cd "$REMOTE"
tree=$(git ls-tree main | sed 's/^040000 tree [0-9a-f]*/040000 tree 0000000000000000000000000000000000000001/' | git mktree --missing)
commit=$(git commit-tree -p main -m missing "$tree")
echo "$BASE $commit refs/heads/main" | hooks/pre-receive
