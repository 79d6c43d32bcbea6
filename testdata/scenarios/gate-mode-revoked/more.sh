echo 'Revoke: 20260501000000' >>"$keys/Kexample.com.+013+19118.private"
