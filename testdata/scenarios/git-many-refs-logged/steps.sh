# The branch is the last of 1,501 refs; the exit status says whether the line of
# the log names it.
git -C "$REMOTE" config zonegate.auditLog "$HOME/log"
i=0
{
	while [ $i -lt 1500 ]; do
		echo "HEAD:refs/a/$i"
		i=$((i + 1))
	done
	echo HEAD:refs/heads/zones
} | xargs git push -q origin || exit
grep -q '"ref": *"refs/heads/zones"' "$HOME/log"
