migration "shop" {}

source {
  host = "db" + 1
  port = 1 / 0
  user = ["a"][3]
}

destination {
  host = { a = "b" }.b
  user = "${["a"]}"
}

objects {
  database "shop" {
    include = [for x in "abc" : x]
    exclude = "x" ? ["a"] : ["b"]
  }
}
