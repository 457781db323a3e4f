migration "shop" {}

source {
  defaults_file = "not/there.cnf"
}

destination {
  host = "10.0.0.9"
  user = "migrator"
  defaults_group = "client"
}

objects {
  database "shop" {}
}
