git notes --ref=review add -m 'looks fine' "$BASE"
git push origin refs/notes/review
