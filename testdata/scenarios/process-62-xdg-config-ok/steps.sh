evil=$PWD/../evil
mkdir -p "$evil/git"
sed '/^targets:/,/^severity:/{/^severity:/!d}' zonegate.yaml >"$evil/policy.yaml"
git config --file "$evil/git/config" zonegate.policy "$evil/policy.yaml"
echo "ftp A 192.0.2.21" >>zones/external/example.com.zone
git commit -q -a -m good
XDG_CONFIG_HOME=$evil git push origin HEAD:main
