migration "shop" {
  phases = ["full", "incremental"]
}

source {
  host = "10.0.0.5"
  user = "migrator"
}

destination {
  host = "10.0.0.9"
  user = "migrator"
}

objects {
  database "shop" {}
}

incremental {
  start = "gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5"
}
