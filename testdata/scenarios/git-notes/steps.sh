git notes --ref=zonegate add -m 'forged' "$BASE"
git push origin refs/notes/zonegate
