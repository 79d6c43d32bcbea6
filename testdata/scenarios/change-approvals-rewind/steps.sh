. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
git push -f origin HEAD~1:main
