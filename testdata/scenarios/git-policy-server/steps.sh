cp "$SCENARIO/../git-no-policy-ok/server.yaml" ../server.yaml
git -C "$REMOTE" config zonegate.policy "$PWD/../server.yaml"
echo 'api 60 A 203.0.113.77' >>zones/external/example.com.zone
git commit -q -a -m bad
git push origin HEAD:main
