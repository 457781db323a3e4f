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

window "nights" {
  days     = ["monday"]
  from     = "25:00"
  to       = "5:00"
  timezone = "+02:00"
}

metrics {
  listen = "9464"
}

limits {
  load {
    replicas = ["10.0.0.10"]
  }
}

notify "ops" {
  url = "ops.example"
}
