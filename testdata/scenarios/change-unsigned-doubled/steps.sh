. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
echo 'ftp A 192.0.2.21' >>$zone
commit 'Add ftp'
# Two signatures: which one does a reader take?
git cat-file commit HEAD >../one
awk '/^gpgsig /{on=1} on&&!/^gpgsig /&&!/^ /{on=0} on' ../one >../sig
awk 'FNR==NR{s=s $0 "\n"; next} /^gpgsig /&&!done{printf "%s", s; done=1} 1' \
	../sig ../one >../two
git reset -q --hard "$(git hash-object -t commit -w --literally ../two)"
git push origin HEAD:main
