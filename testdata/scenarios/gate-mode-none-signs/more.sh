for k in "$keys"/*.private; do echo 'Inactive: 20260501000000' >>"$k"; done
