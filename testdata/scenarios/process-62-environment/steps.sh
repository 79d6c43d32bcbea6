echo 'api 60 A 203.0.113.77' >>zones/external/example.com.zone
git commit -q -a -m bad
ZONEGATE_POLICY=/dev/null ZONEGATE_EXIT_ZERO=1 ZONEGATE_AT=0 \
    LC_ALL=tr_TR.UTF-8 LC_NUMERIC=de_DE.UTF-8 LANGUAGE=tr TZ=:/etc/passwd \
    GIT_TRACE=1 GIT_TRACE2_EVENT="$PWD/../trace" GIT_REPLACE_REF_BASE=refs/heads/ \
    OPENSSL_CONF=/etc/passwd MALLOC_PERTURB_=165 NO_COLOR= TERM=xterm \
    git push -o zonegate.policy=/dev/null origin HEAD:main ||
    git push origin HEAD:main
