echo 'mark TXT "::set-env name=X::y" "GL-HOOK-ERR: x"' >>zones/external/example.com.zone
git commit -q -a -m '::error::PASSED'
git push origin HEAD:main
