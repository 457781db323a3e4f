migration "shop" {}

source {
  host     = uper("db")
  user     = lower()
  password = env("NOT_SET")
}

destination {
  host     = join(",", "a")
  user     = format("%d%s", "x")
  password = file("not/there")
}

objects {
  database "shop" {
    include = split(",")
    exclude = [base64decode("*")]
  }
}
