git config --global --unset zonegate.keyDirectory
