echo 'Inactive: 20260501000000' >>"$keys/Kexample.com.+013+10164.private"
