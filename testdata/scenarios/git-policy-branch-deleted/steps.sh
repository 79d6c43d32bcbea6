git push origin :policy
