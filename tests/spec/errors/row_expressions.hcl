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
      where = "id IN (SELECT id FROM kept)"
    }

    table "lines" {
      where = "price > 0; DROP TABLE lines"
    }

    table "notes" {
      where = "note = 'open"
    }

    table "visits" {
      where = "visits.id > 5"
    }

    table "carts" {
      where = "(paid = 1"
    }

    table "logs" {
      columns = []
    }

    table "flags" {
      where = "\"status\" = 'open'"
    }
  }
}

mappings {
  database "shop" {
    table "orders" {
      column "email" {
        value = "IF(@@server_id = 1, email, NULL)"
      }

      column "total" {
        value = "SUM(price)"
      }
    }
  }
}
