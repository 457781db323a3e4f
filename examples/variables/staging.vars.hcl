stage         = "staging"
with_comments = false
workers       = 2
