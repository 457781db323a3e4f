migration "shop" {
  phases = ["full"]
}

source {
  socket = "/run/mysqld/mysqld.sock"
  user   = "migrator"
}

destination {
  host = "10.0.0.9"
  user = "migrator"
}

objects {
  database "shop" {
    include = ["orders", "customer*"]
  }
  database "blog" {
    kinds = ["tables", "views"]
  }
  database "/^archive_/" {}
  database "*" {}
}

conflicts {
  existing_tables = "reuse"
}

limits {
  full {
    workers    = 4
    chunk_time = "1m30s"
  }
}

schema {
  definer = "app@%"
}

state {
  path = "elsewhere/shop.json"
}
