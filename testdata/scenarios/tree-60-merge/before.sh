# Three targets on main; one change is merged already, the other is not.
zone=zones/external/example.com.zone
echo 'api 60 A 192.0.2.2' >>$zone
echo '; the end' >>$zone
git commit -q -a -m 'three targets'
git branch other
sed -i '/^api .* 192.0.2.1$/d' $zone
git commit -q -a -m 'one less'
git push -q origin HEAD:main
