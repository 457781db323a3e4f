locals {
  a = local.b
  b = "${local.c}x"
  c = upper(local.a)
  d = local.d
  e = local.a
}

migration "shop" {}

source {
  host = local.a
  user = "migrator"
}

destination {
  host = "10.0.0.9"
  user = "migrator"
}

objects {
  database "shop" {}
}
