git push origin HEAD:refs/notes/zonegate/mine
