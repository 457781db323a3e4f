migration "shop" {}

source {
  host = "10.0.0.5"
  user = "migrator"
}

destination {
  host = "10.0.0.9"
  user = "migrator"
  free_space = "800GB"
}

objects {
  database "shop" {}
}

limits {
  full {
    bytes_per_second = "80"
  }
  verify {
    bytes_per_second = 80
  }
  incremental {
    bytes_per_second = "0B"
  }
}
