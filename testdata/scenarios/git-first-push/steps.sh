cp "$SCENARIO/../git-no-policy-ok/server.yaml" ../server.yaml
git init -q --bare -b main ../empty.git
install -D "$REMOTE/hooks/pre-receive" ../empty.git/hooks/pre-receive
git -C ../empty.git config zonegate.path "$(git -C "$REMOTE" config zonegate.path)"
git -C ../empty.git config zonegate.policy "$PWD/../server.yaml"
mkdir -p zones/external
cp "$SCENARIO/../plain/base/zones/external/example.com.zone" zones/external/
echo 'api 60 A 203.0.113.77' >>zones/external/example.com.zone
git add .
git commit -q -a -m first
git push ../empty.git HEAD:main
