# What was published at 2026-05-31T18:00:00Z.
cp -R "$SCENARIO/then/." .
git add -A
GIT_COMMITTER_DATE=2026-05-31T18:00:00Z git commit -q -m then
git push -q origin HEAD:main
