git push origin :other
