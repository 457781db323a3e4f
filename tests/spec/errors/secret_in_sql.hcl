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
  database "shop" {
    include = ["*"]

    table "orders" {
      where = "tenant = '${env("TENANT")}'"
    }
  }
}

mappings {
  database "shop" {
    table "orders" {
      column "email" {
        value = "SHA2(CONCAT(email, '${var.salt}'), 256)"
      }
    }
  }
}

variable "salt" {
  sensitive = true
  default   = "hunter2"
}
