migration "shop" {
  phases = ["schema", "full"]
}

source {
  host     = "10.0.0.5"
  user     = "migrator"
  password = env("SOURCE_PASSWORD")
}

destination {
  host     = "10.0.0.9"
  user     = "migrator"
  password = env("DESTINATION_PASSWORD")
}

objects {
  database "shop" {}
}
