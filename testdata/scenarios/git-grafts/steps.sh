echo 'api 60 A 203.0.113.77' >>zones/external/example.com.zone
git commit -q -a -m bad
mkdir -p .git/info
echo "$(git rev-parse HEAD)" >.git/info/grafts
git push -f origin HEAD:main
