blob=$(git hash-object -w zones/external/example.com.zone)
many=$(seq -f "100644 blob $blob	z%.0f.example.zone" 1000000 | git mktree --missing)
zones=$(printf '040000 tree %s\tmany\n' "$many" | git mktree)
tree=$({ git ls-tree HEAD | grep -v '	zones$'; printf '040000 tree %s\tzones\n' "$zones"; } | git mktree)
commit=$(git commit-tree -p HEAD -m many "$tree")
git push origin "$commit:refs/heads/main"
