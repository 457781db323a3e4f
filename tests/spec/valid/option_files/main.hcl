migration "shop" {}

source {
  defaults_file = "my.cnf"
}

destination {
  defaults_file  = "~/my.cnf"
  defaults_group = "client_new"
  user           = "mover"
}

objects {
  database "shop" {}
}
