git push -f origin "$BASE:main"
