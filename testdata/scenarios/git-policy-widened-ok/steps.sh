sed -i 's,192.0.2.0/28,"192.0.2.0/28"\, 203.0.113.0/24,' zonegate.yaml
git commit -q -a -m policy
git push origin HEAD:main
echo 'api 60 A 203.0.113.77' >>zones/external/example.com.zone
git commit -q -a -m zone
git push origin HEAD:main
