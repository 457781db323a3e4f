variable "a" {
  type     = "string"
  defualt  = "x"
  validate = true
}

variable "b" {
  type      = list(string)
  sensitive = "yes"
  default   = []
}

variable {
  default = 1
}

variable "a" {
  default = 1
}

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
