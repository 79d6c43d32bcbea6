git checkout -q -b two other
sed -i '/^api .* 198.51.100.1$/d' zones/external/example.com.zone
git commit -q -a -m 'one less, too'
git checkout -q -b result origin/main
git merge -q --no-edit two || {
	# Lines near each other: take both changes.
	git checkout -q --theirs .
	sed -i '/^api .* 192.0.2.1$/d' zones/external/example.com.zone
	git commit -q -a -m merge
}
git push origin HEAD:main
