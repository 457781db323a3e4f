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
  database "shop" {}
}

mappings {
  rename "tables" {
    match = "log_*"
    to    = "logs_$1"
  }
  rename "tables" {
    match = "/^(a)_b$/"
    to    = "$2_a"
  }
  rename "tables" {
    match = "pay"
    to    = "pay$"
  }
  rename "columns" {
    match = "id"
    to    = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
  }
  rename "column" {
    match = "id"
  }
}
