# Two key-signing keys, and a policy on the server that was changed three days ago.
mkdir ../k
cp zones/external/sub.example.com.zone ../plain
old=$(dnssec-keygen -q -a 13 -K ../k -f KSK sub.example.com)
new=$(dnssec-keygen -q -a 13 -K ../k -f KSK sub.example.com)
dnssec-keygen -q -a 13 -K ../k sub.example.com
echo "$old" >../old
cat >../sign <<'END'
dnssec-signzone -q -S -K ../k -o sub.example.com -O full -e now+864000 \
    -f ../signed ../plain
cp ../signed zones/external/sub.example.com.zone
rm dsset-*
END
sh -e ../sign
git commit -q -a -m signed
git push -q origin HEAD:main
ds=$(dnssec-dsfromkey -2 "../k/$new.key" | cut -d ' ' -f 4-)
sed "s/mode: presigned/mode: presigned, parent-ds: [\"$ds\"]/" zonegate.yaml \
    >../policy.yaml
git -C "$REMOTE" config zonegate.policy "$(realpath ../policy.yaml)"
touch -d '3 days ago' ../policy.yaml
