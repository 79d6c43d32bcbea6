# Such a path cannot be made in a file system: write the trees.
blob=$(echo x | git hash-object -w --stdin)
name=$(printf 'd%.0s' $(seq 250))
tree=$(printf '100644 blob %s\tx\n' "$blob" | git mktree)
for i in $(seq 20); do
	tree=$(printf '040000 tree %s\t%s\n' "$tree" "$name" | git mktree)
done
tree=$({ git ls-tree HEAD; printf '040000 tree %s\tdeep\n' "$tree"; } | git mktree)
commit=$(git commit-tree -p HEAD -m deep "$tree")
git push origin "$commit:refs/heads/main"
