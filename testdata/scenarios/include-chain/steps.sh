# A thousand files, each including the next: too many to keep here.
cd zones/external
echo '$INCLUDE 1.inc' >>example.com.zone
i=1
while [ $i -lt 1000 ]; do
	echo "\$INCLUDE $((i + 1)).inc" >$i.inc
	i=$((i + 1))
done
echo 'ftp 60 A 192.0.2.21' >1000.inc
git add .
git commit -q -m chain
git push origin HEAD:main
