. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
git merge -q --no-commit old || true
git checkout -q --theirs $zone 2>/dev/null || true
git add -A && git commit -q -S -m Merge
approve carol
git push origin HEAD:main
