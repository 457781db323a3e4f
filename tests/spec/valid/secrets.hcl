variable "token" {
  sensitive = true
}

variable "settings" {
  type = map
}

locals {
  account = { user = "migrator", password = env("SOURCE_PASSWORD") }
}

migration "shop" {
  # What stands beside a secret, counts it, or is declared to be none, may be shown.
  tags = {
    user  = local.account.user
    keys  = join(",", keys(local.account))
    count = length([var.token, "x"])
    host  = nonsensitive(env("SOURCE_HOST"))
  }
}

source {
  host     = nonsensitive(env("SOURCE_HOST"))
  user     = local.account.user
  password = local.account.password
}

destination {
  host             = "10.0.0.9"
  port             = nonsensitive(env("DESTINATION_PORT", "3307"))
  user             = var.settings.user
  password_command = ["vault", "read", var.token]
}

objects {
  database "shop" {}
}

notify "ops" {
  url    = "https://hooks.example/${var.token}"
  secret = file("secrets.key")
}
