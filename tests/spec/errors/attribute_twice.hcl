migration "shop" {}

source {
  host = "10.0.0.5"
  user = "migrator"
  host = "10.0.0.6"
  port = 3306
  port = 3307
}

destination {
  host = "10.0.0.9"
  user = "migrator"
}

objects {
  database "shop" {}
}
