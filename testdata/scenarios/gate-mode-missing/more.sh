rm "$keys/Kexample.com.+013+10164.private"
