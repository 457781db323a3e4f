migration "shop" {}

source {
  host = "10.0.0.5"
  user = "migrator"
}

destination {
  host = "10.0.0.9"
  user = "migrator"
}

objects {
  database "shop" {}
  database "blog" {}
  database "news" {}
}

mappings {
  database "shop" {
    to = "site"

    table "a" {
      to = "c"
    }
    table "b" {
      to = "c"

      column "x" {
        to = "z"
      }
      column "y" {
        to = "Z"
      }
    }
  }
  database "blog" {
    to = "site"
  }
}
