migration "shop" {}

source {
  host = "10.0.0.5"
  user = "migrator"
  port = 70000
}

destination {
  host = "10.0.0.9"
  user = "migrator"
  port = 0
}

objects {
  database "shop" {}
}

limits {
  full {
    workers         = 0
    rows_per_second = 0
  }
}

verify {
  mode   = "sample"
  sample = 101
}
