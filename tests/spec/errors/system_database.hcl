migration "shop" {}

source {
  host = "10.0.0.5"
  user = "migrator"
}

destination {
  host = "10.0.0.9"
  user = "migrator"
  metadata_database = "mysql"
}

objects {
  database "information_schema" {}
  database "shop" {}
}

mappings {
  database "shop" {
    to = "sys"
  }
}
