git checkout -q -b two other
sed -i 's/^www .*/&\nftp A 192.0.2.21/' zones/external/example.com.zone
git commit -q -a -m 'one name more'
git checkout -q -b result origin/main
git merge -q --no-edit two || {
	git checkout -q --theirs .
	sed -i '/^api .* 192.0.2.1$/d' zones/external/example.com.zone
	git commit -q -a -m merge
}
git push origin HEAD:main
