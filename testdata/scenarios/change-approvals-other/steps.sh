. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
git merge -q -s ours --no-commit old
git read-tree old && git checkout-index -a -f
git commit -q -S -m Merge
git push origin HEAD:main
