c_automatic = "two"
d_file      = "two"
e_line      = "two"
