variable "host" {
  type = string
}

migration "shop" {}

source {
  host = var.host
  user = "migrator"
}

destination {
  host = "10.0.0.9"
  user = "migrator"
}

objects {
  database "shop" {}
}
