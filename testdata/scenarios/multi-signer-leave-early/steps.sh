git push origin HEAD:main
