variable "stage" {
  description = "where the blog moves: staging or production"
  type        = string
}

variable "with_comments" {
  type    = bool
  default = true
}

variable "scratch" {
  description = "prefixes of tables that stay behind"
  type        = list
  default     = []
}

variable "tags" {
  type = map
}

# null is as if the attribute were not there.
variable "workers" {
  type    = number
  default = null
}

variable "user" {
  type    = string
  default = "migrator"
}

variable "password" {
  type      = string
  sensitive = true
}

variable "source_host" {
  type = string
}

variable "source_port" {
  type    = number
  default = 3306
}

variable "destination_host" {
  type    = string
  default = null
}

variable "destination_port" {
  type    = number
  default = 3306
}
