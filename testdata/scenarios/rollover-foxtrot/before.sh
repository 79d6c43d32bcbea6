# The zone as it is published: signed by keys that stay.
mkdir ../k
cp zones/external/sub.example.com.zone ../plain
dnssec-keygen -q -a 13 -K ../k -f KSK sub.example.com
dnssec-keygen -q -a 13 -K ../k sub.example.com
cat >../sign <<'END'
dnssec-signzone -q -S -K ../k -o sub.example.com -O full -e now+864000 \
    -f ../signed ../plain
cp ../signed zones/external/sub.example.com.zone
rm dsset-*
END
sh -e ../sign
git commit -q -a -m signed
git push -q origin HEAD:main
# Then something else is published.
echo more >README
git add README
git commit -q -m more
git push -q origin HEAD:main
git checkout -q -b side HEAD~1
