# Rows alone, into tables that somebody else has made: by a deployment, with other indexes, another
# row format, partitions. Without the phase `schema` nothing is created, and existing_tables is
# "reuse"; it is written here to be seen.
#
# Rows that are there already stay: of the source's row with the same key nothing is taken. `plan`
# warns where there are any (existing_rows_reused), and `verify` shows what differs from the source.
# `plan` also refuses a column that cannot take the source's values.
#
#   export PASSWORD=...
#   cutover plan reuse.hcl --var source_host=10.0.0.5 --var destination_host=10.0.0.9

migration "reuse" {
  phases = ["full"]
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
  database "depot" {
    include = ["items", "movements"]
  }
}

conflicts {
  existing_tables = "reuse"
}

prechecks {
  acknowledge "source_still_written" {
    reason = "the depot books nothing on the day it moves"
  }
}
