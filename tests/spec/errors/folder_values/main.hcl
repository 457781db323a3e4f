variable "port" {
  type = number
}

variable "password" {
  sensitive = true
}

migration "shop" {}

source {
  host = "10.0.0.5"
  user = "migrator"
  port     = var.port
  password = var.password
}

destination {
  host = "10.0.0.9"
  user = "migrator"
}

objects {
  database "shop" {}
}
