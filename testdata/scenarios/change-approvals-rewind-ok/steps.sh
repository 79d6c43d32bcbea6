. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
git revert -S --no-edit HEAD >/dev/null
approve bob
git push origin HEAD:main
