# Every block and attribute of the language.
migration "bakery" {
  phases = ["schema", "full"]
  tags   = { change = "CHG-7" }
}

variable "password" {
  description = "mover's password"
  type        = string
  sensitive   = true
}

locals {
  number = "07"
}

source {
  host            = "db-old.example" # host, or socket = "/run/mysqld/mysqld.sock"
  port            = 3306
  user            = "mover"
  password        = var.password # or password_command = ["vault", "read", ...], or defaults_file = "~/.my.cnf" with defaults_group
  compression     = "none"
  connect_timeout = "10s"
  server_id       = 4021

  tls {
    mode      = "preferred"
    ca_file   = "ca.pem"
    cert_file = "client.pem"
    key_file  = "client.key"
  }
}

destination {
  host              = "db-new.example"
  user              = "mover"
  password          = var.password
  free_space        = "800GiB" # absent: the space check says "unknown"
  metadata_database = "_cutover"
  write_binlog      = true
}

objects {
  exclude  = ["test"]
  accounts = ["app", "report@10.%"]

  database "bakery" {                                                 # a name or pattern; "*" is every user database, later ones too
    include = ["*"]
    exclude = ["tmp_*", "/_old$/"]
    kinds   = ["tables", "views", "routines", "triggers", "events"] # default all; ["tables"] where include is not ["*"]
    dml     = ["insert", "update", "delete"]
    ddl     = ["*"]

    table "loaves" {
      where           = "baked_at >= '2025-06-01'"
      exclude_columns = ["baker_note"]
      dml             = ["insert", "update"]
      ddl             = []
    }
  }
}

mappings {
  name_case = "destination"

  rename "databases" {
    match = "/^bakery_(\\d{2})$/"
    to    = "bakery"
    merge = true
  }

  database "bakery" {
    to = "patisserie"

    rename "tables" {
      match = "/^log_(\\d{4})$/"
      to    = "logs_$1"
    }

    table "loaves" {
      to = "sold_loaves"
      column "guest_id" {
        to = "guest"
      }
      column "phone" {
        value = "SHA2(phone, 256)"
      }
      column "moved_at" {
        value = "NOW(6)"
      }
    }
  }
}

limits {
  full {
    workers            = "auto"
    chunk_time         = "1s"
    queries_per_second = 500
    rows_per_second    = 200000
    bytes_per_second   = "80MiB"
  }
  incremental {
    workers          = "auto"
    rows_per_second  = 20000
    bytes_per_second = "20MiB"
  }
  verify {
    workers          = "auto"
    rows_per_second  = 500000
    bytes_per_second = "80MiB"
    max_duration     = "72h"
  }
  load {
    source_threads_running      = 60
    destination_threads_running = 40
    replica_lag                 = "5s"
    replicas                    = ["db-replica.example:3306"]
  }
  retry {
    connection = "12h"
    statement  = "10m"
  }
}

conflicts {
  existing_tables = "error"   # error | reuse; default reuse where "schema" is not among the phases
  full_rows       = "keep"
  stream_rows     = "replace"
  merged_rows     = "error"
}

schema {
  definer           = "invoker"    # invoker (SQL SECURITY INVOKER, DEFINER = the destination user) | keep | an account such as "app@%"
  triggers          = "at-finish"
  events            = "at-finish"
  secondary_indexes = "after-copy"
  assessment        = true
}

incremental {
  start        = "now"  # only without "full": now | gtid:SET | file:NAME,POSITION
  ddl_unlisted = "stop"
  on_ddl_error = "stop"

  online_ddl {
    mode          = "gh-ost"
    shadow_tables = ["/^_(.+)_(?:gho|new)$/"]
    trash_tables  = ["/^_(.+)_(?:ghc|del|old)$/"]
  }
  spool {
    folder = "spool"
    max    = "10GiB"
  }
  heartbeat {
    every    = "1s"
    database = "_cutover"
  }
}

finish {
  fence    = "read-only"
  freeze   = false
  idle_for = "10s"
  max_lag  = "30s"
  timeout  = "10m"
  verify   = "changed"

  before_fence = ["./stop-ovens"]
  after_ready  = ["./start-ovens"]
}

window "nights" {
  days     = ["mon", "tue", "wed", "thu"]
  from     = "22:00"
  to       = "05:00"
  timezone = "Europe/Berlin"
  restrict = ["full", "finish"]
  min_left = "45m"
}

prechecks {
  warnings = "acknowledge"

  acknowledge "no_primary_key" {
    objects = ["bakery.journal"]
    reason  = "append-only, see CHG-7"
  }
}

verify {
  mode   = "checksum"
  sample = 10
  when   = ["copied", "finish"] # also "continuous": rows changed by the stream are checked again all the time
}

notify "oncall" {
  url    = env("OPS_WEBHOOK")
  secret = env("OPS_SECRET")
  on     = ["failed", "finished", "lag", "ddl_error", "differences", "paused"]
  lag    = "60s"
}

metrics {
  listen = "127.0.0.1:9464"
}

state {
  path = "state/shop.json"
}
