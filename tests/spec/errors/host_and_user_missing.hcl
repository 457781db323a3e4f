migration "shop" {}

source {
  port = 3306
}

destination {
  host = "10.0.0.9"
  user = "migrator"
}

objects {
  database "shop" {}
}
