migration "shop" {}

source {
  host = "10.0.0.5"
  user = "migrator"
  connect_timeout = "0s"
}

destination {
  host = "10.0.0.9"
  user = "migrator"
  connect_timeout = "1h"
}

objects {
  database "shop" {}
}

limits {
  full {
    chunk_time = "1h"
  }
  retry {
    connection = "5m"
  }
}
