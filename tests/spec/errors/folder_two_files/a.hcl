migration "shop" {}

source {
  host = "10.0.0.5"
  user = "migrator"
}

