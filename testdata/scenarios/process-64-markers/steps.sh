cat >>zones/external/example.com.zone <<'END'
api 60 A 203.0.113.77 ; GL-HOOK-ERR: accepted
mark TXT "::set-env name=X::y" "GL-HOOK-ERR: x" "##vso[task.complete result=Succeeded;]"
GL-HOOK-ERR- A 192.0.2.9
END
git commit -q -a -m '::error::PASSED' -m 'GL-HOOK-ERR: PASSED'
git push origin HEAD:main 'HEAD:refs/heads/##vso' 2>../said && exit 0
cat ../said >&2
# At the start of a line, behind git's own prefix.
if grep -E '^remote: *(::|##|GL-HOOK-ERR)' ../said; then exit 0; fi
exit 1
