# Moves the sample shop from one server to another. `run` starts both servers, sets the variables
# and runs this migration; README says more.

migration "shop" {
  phases = ["schema", "full"]
  tags   = { example = "quickstart" }
}

variable "source_port" {
  type = number
}

variable "destination_port" {
  type = number
}

source {
  host     = "127.0.0.1"
  port     = var.source_port
  user     = "migrator"
  password = env("SOURCE_PASSWORD")
}

destination {
  host     = "127.0.0.1"
  port     = var.destination_port
  user     = "migrator"
  password = env("DESTINATION_PASSWORD")
}

objects {
  database "shop" {}
}

# A warning is something that may be right here: who says so gives the reason.
prechecks {
  acknowledge "source_still_written" {
    reason = "nobody else uses the sample shop while it moves"
  }

  acknowledge "no_primary_key" {
    objects = ["shop.audit_log"]
    reason  = "append-only log, copied by one reader"
  }
}
