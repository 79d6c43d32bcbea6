program=$(git -C "$REMOTE" config zonegate.path)
cat >../closed <<END
#!/bin/sh
$program "\$@" >&-
END
sed 's/>&-/>\/dev\/full/' ../closed >../full
chmod +x ../closed ../full
echo 'ftp A 192.0.2.21' >>zones/external/example.com.zone
git commit -q -a -m good
git -C "$REMOTE" config zonegate.path "$PWD/../full"
git push origin HEAD:main && exit 0
git -C "$REMOTE" config zonegate.path "$PWD/../closed"
git push origin HEAD:main
