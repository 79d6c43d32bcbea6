# This plan was made anew on top of it.
zone=zones/external/hub.example.zone
git checkout -q merged
sed -i 's/^api 60 A 198.51.100.1$/api 60 A 198.51.100.2/; s/ 2014010802 / 2014010803 /' $zone
git commit -q -a -m 'the late plan'
git push origin HEAD:main
