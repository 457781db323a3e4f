port     = [1]
prot     = 1
password = "hunter2"

source {
}
