migration "shop" {}

source {
  host = = "10.0.0.5"
}

destination {
  host: "10.0.0.9"
}

objekts {
}
