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
  online_ddl {
    shadow_tables = ["_*_gho"]
  }
}
