cp "$SCENARIO/../git-no-policy-ok/server.yaml" ../server.yaml
git -C "$REMOTE" config zonegate.policy "$PWD/../server.yaml"
echo 'ftp A 192.0.2.21' >>zones/external/example.com.zone
git commit -q -a -m good
git push origin HEAD:main
