sed -i 's/^api  60 A 192.0.2.1$/api  60 A 203.0.113.9/' zones/external/example.com.zone
git commit -q -a -m 'My target'
git push origin HEAD:main
