variable "token" {
  type      = string
  sensitive = true
}

locals {
  database = "shop_${var.token}"
}

migration "shop" {
  tags = { by = var.token }
}

source {
  host     = env("SOURCE_HOST")
  user     = "migrator"
  password = var.token
}

destination {
  host = "10.0.0.9"
  user = "migrator"
}

objects {
  database "shop" {
    include = ["*"]
    exclude = [local.database]

    table "orders" {
      where = "owner = '${upper(var.token)}'"
    }
  }
}
