variable "port" {
  type = number
}

variable "hosts" {
  type = list
}

variable "workers" {
  type    = number
  default = "many"
}

migration "shop" {}

source {
  host = var.hosts[0]
  port = var.port
  user = "migrator"
}

destination {
  host = "10.0.0.9"
  user = "migrator"
}

objects {
  database "shop" {}
}
