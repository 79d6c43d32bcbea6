git -C "$REMOTE" config receive.unpackLimit 1
{
	yes '; a comment' | head -n 1000
	cat zones/external/example.com.zone
	echo 'ftp A 192.0.2.21'
} >base
python3 "$SCENARIO/../tree-57-delta-bomb/pack.py" 12000 3 base 2>names |
    git index-pack --stdin
read -r old new <names
git update-index --add --cacheinfo "100644,$old,base" \
    --add --cacheinfo "100644,$new,zones/external/example.com.zone"
git commit -q -m delta
git push origin HEAD:main
