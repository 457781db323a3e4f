port = "hunter"
passwort = "x"
password = ["hunter2"
