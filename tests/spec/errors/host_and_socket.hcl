migration "shop" {}

source {
  host   = "localhost"
  port   = 3306
  socket = "/run/mysqld/mysqld.sock"
  user   = "migrator"
}

destination {
  host = "10.0.0.9"
  user = "migrator"
}

objects {
  database "shop" {}
}
