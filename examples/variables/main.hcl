# One specification for staging and production: variables, locals, functions, several files.
#
# All *.hcl files of a folder are one migration. Variables are in variables.hcl; common.auto.vars.hcl
# is read by itself, staging.vars.hcl and production.vars.hcl when they are named:
#
#   export CUTOVER_VAR_password=...
#   cutover plan . --var-file staging.vars.hcl --var source_host=10.0.0.5
#
# `cutover validate . --print` with the same values shows what it all comes to. Labels, as in
# `database "blog"`, are written out: no expression may stand in them.

migration "blog" {
  phases = ["schema", "full"]
  tags   = merge(var.tags, { stage = var.stage })
}

locals {
  # Comments are the largest table: a rehearsal goes faster without them.
  tables = var.with_comments ? ["*"] : ["posts", "authors"]
  site   = lower(var.tags.site)
}

source {
  host     = var.source_host
  port     = var.source_port
  user     = var.user
  password = var.password
}

destination {
  host     = coalesce(var.destination_host, "db.${var.stage}.${local.site}.example")
  port     = var.destination_port
  user     = var.user
  password = var.password
}

objects {
  database "blog" {
    include = local.tables
    exclude = [for prefix in var.scratch : "${prefix}_*"]
  }
}

mappings {
  database "blog" {
    to = format("%s_%s", local.site, var.stage)
  }
}

limits {
  full {
    workers = var.workers
  }
}

# Each stage has a state of its own.
state {
  path = "state/blog-${var.stage}.json"
}

prechecks {
  acknowledge "source_still_written" {
    reason = <<-EOT
      In ${var.stage} the authors are told to wait.
      %{~if var.stage == "production"} They were, on Monday.%{endif}
    EOT
  }
}
