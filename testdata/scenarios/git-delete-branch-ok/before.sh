git push -q origin HEAD:refs/heads/topic
