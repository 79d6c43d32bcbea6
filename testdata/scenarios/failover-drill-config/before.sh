git -C "$REMOTE" config zonegate.drill perhaps
git config zonegate.drill perhaps
