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
    include = ["a",
