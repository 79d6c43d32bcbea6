# The first commit's objects are in another repository.
git clone -q --bare "$REMOTE" ../other.git
echo "$PWD/../other.git/objects" >"$REMOTE/objects/info/alternates"
find "$REMOTE/objects" -path '*/??/*' -type f -delete
