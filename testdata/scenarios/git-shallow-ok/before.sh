git commit -q --allow-empty -m more
git push -q origin main
