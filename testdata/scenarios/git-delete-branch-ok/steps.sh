git push origin :topic
