migration "shop" {}

source {
  host = "10.0.0.5"
  port = "3306"
  user = "migrator"
}

destination {
  host = "10.0.0.9"
  port = "mysql"
  user = "migrator"
}

objects {
  database "shop" {}
}
