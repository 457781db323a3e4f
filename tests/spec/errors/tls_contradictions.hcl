migration "shop" {}

source {
  host = "10.0.0.5"
  user = "migrator"

  tls {
    mode    = "disabled"
    ca_file = "ca.pem"
  }
}

destination {
  host = "10.0.0.9"
  user = "migrator"

  tls {
    cert_file = "client.pem"
  }
}

objects {
  database "shop" {}
}
