variable "a_default" {
  default = "default"
}

variable "b_environment" {
  default = "default"
}

variable "c_automatic" {
  default = "default"
}

variable "d_file" {
  default = "default"
}

variable "e_line" {
  default = "default"
}

variable "list" {
  type = list
}

migration "shop" {
  tags = {
    a    = var.a_default
    b    = var.b_environment
    c    = var.c_automatic
    d    = var.d_file
    e    = var.e_line
    list = jsonencode(var.list)
  }
}

