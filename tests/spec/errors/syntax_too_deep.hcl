migration "shop" {}

source {
  host = (((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("x"))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
  user = "migrator"
}

destination {
  host = "10.0.0.9"
  user = "migrator"
}

objects {
  database "shop" {}
}
