migration "shop" {}

source {
  host = "10.0.0.5"
  user = "migrator"
  password = 123456
}

destination {
  host = "10.0.0.9"
  user = "migrator"
  password_command = "vault read hunter2"
}

objects {
  database "shop" {}
}
