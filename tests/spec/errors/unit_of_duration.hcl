migration "shop" {}

source {
  host = "10.0.0.5"
  user = "migrator"
  connect_timeout = "10sec"
}

destination {
  host = "10.0.0.9"
  user = "migrator"
  connect_timeout = 10
}

objects {
  database "shop" {}
}

limits {
  full {
    chunk_time = "5"
  }
}

finish {
  max_lag = "soon"
}
