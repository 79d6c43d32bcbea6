program=$(git -C "$REMOTE" config zonegate.path)
cat >../closed <<END
#!/bin/sh
$program "\$@" 2>&-
END
chmod +x ../closed
echo 'ftp A 192.0.2.21' >>zones/external/example.com.zone
git commit -q -a -m good
git -C "$REMOTE" config zonegate.path "$PWD/../closed"
git push origin HEAD:main
