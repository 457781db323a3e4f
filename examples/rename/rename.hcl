# Other names on the destination: the databases shop_eu and shop_us become store_eu and store_us, and
# in shop_eu a table, its column and the log tables of single years are renamed too.
#
# Keys, generated columns, checks, foreign keys and views follow the new names. A view over a renamed
# column cannot be rewritten with certainty: `plan` refuses it, naming the line.
#
#   export PASSWORD=...
#   cutover plan rename.hcl --var source_host=10.0.0.5 --var destination_host=10.0.0.9

migration "rename" {
  phases = ["schema", "full"]
}

variable "source_host" {
  type = string
}

variable "source_port" {
  type    = number
  default = 3306
}

variable "destination_host" {
  type = string
}

variable "destination_port" {
  type    = number
  default = 3306
}

source {
  host     = var.source_host
  port     = var.source_port
  user     = "migrator"
  password = env("PASSWORD")
}

destination {
  host     = var.destination_host
  port     = var.destination_port
  user     = "migrator"
  password = env("PASSWORD")
}

objects {
  database "/^shop_(eu|us)$/" {}
}

mappings {
  # For all that no block below names.
  rename "databases" {
    match = "/^shop_(\\w+)$/"
    to    = "store_$1"
  }

  database "shop_eu" {
    to = "store_eu"

    rename "tables" {
      match = "/^log_(\\d{4})$/"
      to    = "logs_$1"
    }

    table "orders" {
      to = "sales_orders"

      column "cust_id" {
        to = "customer_id"
      }
    }
  }
}

prechecks {
  acknowledge "source_still_written" {
    reason = "the shops are closed while they move"
  }
}
