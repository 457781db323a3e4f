variable "shards" {
  type    = list
  default = ["07", "08"]
}

variable "ports" {
  type    = map
  default = { old = 3307, new = 3308 }
}

variable "nothing" {
  type    = string
  default = null
}

variable "verbose" {
  default = "no"
}

locals {
  # In no order: each is found wherever it stands.
  names   = [for shard in var.shards : "shop_${shard}" if shard != "09"]
  old     = join(".", [local.prefix, "db", "example"])
  prefix  = lower(trimspace("  OLD "))
  by_name = { for name in local.names : name => upper(name) }
  groups  = { for name in ["ab", "ac", "b"] : replace(name, "/^(.).*$/", "$1") => name... }
  note    = <<-EOT
    first line
      second ${local.prefix}
    %{ for shard in var.shards ~}
    shard ${shard}
    %{ endfor ~}
    end
  EOT
}

migration "shop" {
  tags = merge({ a = "1", b = "2" }, {
    keys      = join(",", keys(local.by_name))
    values    = join(",", values(local.by_name))
    groups    = jsonencode(local.groups)
    count     = length(local.names)
    text      = local.note
    formatted = format("%05.1f|%-4s|%04d|%q|%v|%%", 3.14159, "ab", 42, "q", [1, "x"])
    split     = split(",", "a,b,c")[1]
    decoded   = base64decode("aMOpbGxv")
    chosen    = coalesce(var.nothing, "", "third")
    has       = contains(var.shards, "07") ? "yes" : "no"
    sum       = 7 / 2 + 2 * 3 - 1 % 2
    exact     = 9007199254740993 + 1
    splat     = join("+", [{ n = "x" }, { n = "y" }][*].n)
    logic     = !(1 < 2) || (2 >= 2 && "a" != "b")
    quoted    = "$${not} %%{a} \"template\" \u00e9 $1 50%"
    concat    = join("", concat(["a"], ["b", "c"]))
    directive = "%{ if var.verbose == "no" }quiet%{ else }loud%{ endif }"
    number    = tonumber("12.50")
    string    = tostring(true)
  })
}

source {
  host            = local.old
  port            = var.ports.old
  user            = "migrator"
  connect_timeout = var.nothing
  password        = var.nothing
}

destination {
  host = "new.example"
  port = var.ports["new"]
  user = "migrator"
}

objects {
  database "shop" {
    include = concat(local.names, ["orders"])
    exclude = null
  }
}
