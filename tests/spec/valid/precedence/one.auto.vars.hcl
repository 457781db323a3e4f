c_automatic = "one"
d_file      = "one"
e_line      = "one"
