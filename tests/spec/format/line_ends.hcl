a=1
bbb = 2 # x
c = "ä" # y

   d = "日本" # z
e=3  # w