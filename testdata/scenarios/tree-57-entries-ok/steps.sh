blob=$(echo x | git hash-object -w --stdin)
many=$(seq -f "100644 blob $blob	f%.0f" 50000 | git mktree)
tree=$({ git ls-tree HEAD; printf '040000 tree %s\tmany\n' "$many"; } | git mktree)
commit=$(git commit-tree -p HEAD -m many "$tree")
git push origin "$commit:refs/heads/main"
