. "$SCENARIO/../../change/lib.sh"
git reset -q --hard origin/main
as alice
printf 'sub NS ns1.sub\nns1.sub A 192.0.2.60\nsub DS 12345 13 2 %064d\n' 7 >>$zone
commit 'Delegate sub'
git push origin HEAD:main
