a_default = "never read"
