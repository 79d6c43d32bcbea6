cp "$keys/Kexample.com.+013+19118.private" "$keys/Kexample.com.+013+10164.private"
