locals {
  host = "10.0.0.5"
  port = local.prot
  user = local

  nested {
    a = 1
  }
}

locals {
  host = "10.0.0.6"
}

migration "shop" {}

source {
  host = local.hots
  user = "migrator"
}

destination {
  host = "10.0.0.9"
  user = "migrator"
}

objects {
  database "shop" {}
}
