migration "shop" {
  phases = ["schema", "ful"]
}

source {
  host = "10.0.0.5"
  user = "migrator"
  compression = "zlip"

  tls {
    mode = "verify_ca"
  }
}

destination {
  host = "10.0.0.9"
  user = "migrator"
}

objects {
  database "shop" {
    kinds = ["table"]
  }
}

conflicts {
  existing_tables = "drop"
}

schema {
  definer = "invokr"
}
