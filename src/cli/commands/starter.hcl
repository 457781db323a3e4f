# What moves from where to where. After an edit:
#   cutover validate    reads this file
#   cutover plan        shows what would be done, and writes nothing
#   cutover apply       does it; run again, it goes on where it stopped
#   cutover verify      compares both sides

migration "shop" {
  # schema: tables, views, routines, triggers, events; full: all rows.
  phases = ["schema", "full"]
}

source {
  host     = "127.0.0.1"
  port     = 3306
  user     = "migrator"
  password = env("SOURCE_PASSWORD") # never written to a plan, a state or a log
}

destination {
  host     = "127.0.0.1"
  port     = 3307
  user     = "migrator"
  password = env("DESTINATION_PASSWORD")
}

objects {
  # One block for each database, or a pattern such as "shop_*"; "*" is all but the server's own.
  database "shop" {}

  # With settings:
  # database "archive" {
  #   include = ["orders_*"]           # tables
  #   exclude = ["tmp_*", "/_old$/"]   # objects of every kind
  #   kinds   = ["tables", "views"]    # also routines, triggers, events
  # }
}

# Other names on the destination:
# mappings {
#   database "shop" {
#     to = "store"
#
#     table "orders" {
#       to = "sales_orders"
#     }
#   }
# }

# limits {
#   full {
#     workers = 8 # "auto": 4, or 1 while the destination is busy
#   }
# }

# What views, routines, triggers and events run as:
# schema {
#   definer  = "invoker"   # or "keep", or an account such as "app@%"
#   triggers = "at-finish" # or "skip"
#   events   = "at-finish" # or "skip"
# }

# A warning of the plan that was read and is accepted:
# prechecks {
#   acknowledge "no_primary_key" {
#     objects = ["shop.audit_log"]
#     reason  = "append-only"
#   }
# }
