git -C "$REMOTE" config receive.unpackLimit 1
head -c 16000000 /dev/zero | tr '\0' '#' >base
python3 "$SCENARIO/pack.py" 16000000 21 base 2>names | git index-pack --stdin
read -r old new <names
git update-index --add --cacheinfo "100644,$old,base" \
    --add --cacheinfo "100644,$new,zones/external/bomb.example.zone"
git commit -q -m bomb
git -c pack.threads=1 push origin HEAD:main
