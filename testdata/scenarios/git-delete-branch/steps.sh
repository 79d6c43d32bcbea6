git push origin :main
