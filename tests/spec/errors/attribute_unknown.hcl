migration "shop" {}

source {
  hots     = "10.0.0.5"
  user     = "migrator"
  pasword  = "hunter2"
  workers  = 4
  timezone = "UTC"
  colour   = "red"
}

destination {
  host = "10.0.0.9"
  user = "migrator"
}

objects {
  database "shop" {}
}
