migration "shop" {}

source {
  host = "10.0.0.5"
  user = "migrator"
}

destination {
  host = "10.0.0.9"
  user = "migrator"
}

objects {
  database "shop" {
    include = ["order*"]
    exclude = ["orders_old"]

    table "customers" {
      where = "id > 10"
    }
    table "orders_old" {
      where = "id > 10"
    }
  }
}
