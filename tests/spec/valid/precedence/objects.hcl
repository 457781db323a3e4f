objects {
  database "shop" {}
}
