migration "shop" {}

source {
  defaults_file  = "my.cnf"
  defaults_group = "client-source"
}

destination {
  defaults_file = "my.cnf"
}

objects {
  database "shop" {}
}
