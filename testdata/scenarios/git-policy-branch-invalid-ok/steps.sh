sed -i 's/max-ttl: 60/max-ttl: 30/' zonegate.yaml
sed -i 's/max-ttl: 30/max-ttl: 60, min-ttl: 5/' zonegate.yaml
git commit -q -a -m policy
git push origin HEAD:policy
