# Another plan was merged meanwhile.
zone=zones/external/hub.example.zone
git checkout -q -b merged "$BASE"
sed -i 's/^api 60 A 192.0.2.1$/api 60 A 192.0.2.3/; s/ 2014010801 / 2014010802 /' $zone
git commit -q -a -m 'the newer plan'
git push -q origin HEAD:main
git checkout -q main
