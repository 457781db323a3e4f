d_file = "given"
e_line = "given"
other  = "for another migration"
