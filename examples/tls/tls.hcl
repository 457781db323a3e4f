# Encrypted connections to servers that prove who they are.
#
# `verify-ca` checks that the server's certificate was signed by an authority in `ca_file`, and not
# the name in it: certificates that MySQL makes for itself have no name that could be checked. With
# certificates of your own take `verify-identity`, which checks both. `preferred`, the default, is
# encrypted where the server can, and checks neither. The plan prints what was negotiated.
#
# Put the authority's certificate beside this file: ca.pem, which a server that made its own has in
# its data folder.
#
#   export PASSWORD=...
#   cutover validate --connect tls.hcl --var source_host=10.0.0.5 --var destination_host=10.0.0.9

migration "tls" {
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

  tls {
    mode    = "verify-ca"
    ca_file = "ca.pem"
  }
}

destination {
  host     = var.destination_host
  port     = var.destination_port
  user     = "migrator"
  password = env("PASSWORD")

  tls {
    mode    = "verify-ca"
    ca_file = "ca.pem"
  }
}

objects {
  database "clinic" {}
}

prechecks {
  acknowledge "source_still_written" {
    reason = "the clinic is closed on Sundays"
  }
}
