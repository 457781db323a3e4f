variable "host" {
  default = "10.0.0.5"
}

migration "shop" {}

source {
  host = var.hosts
  user = var.account
}

destination {
  host = host
  user = "migrator"
}

objects {
  database "shop" {}
}
