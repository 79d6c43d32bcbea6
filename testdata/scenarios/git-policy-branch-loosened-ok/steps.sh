sed -i 's/198.51.100.0.28/198.51.100.0\/24/' zonegate.yaml
git commit -q -a -m policy
git push origin HEAD:main
