sed -i 's/198.51.100.1$/198.51.100.2/' zones/external/example.com.zone
git commit -q -a -m change
# --drill is an option of check: ask it, and push when it agrees.
status=0
"$ZONEGATE" check --drill --base "$BASE" --head HEAD >&2 || status=$?
[ $status -eq 0 ] || { echo $status >../status; exit $status; }
git push origin HEAD:main
