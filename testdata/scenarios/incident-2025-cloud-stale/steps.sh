# This plan still starts from the state before.
zone=zones/external/hub.example.zone
sed -i 's/^api 60 A 198.51.100.1$/api 60 A 198.51.100.2/; s/ 2014010801 / 2014010803 /' $zone
git commit -q -a -m 'the older plan'
git push -f origin HEAD:main
