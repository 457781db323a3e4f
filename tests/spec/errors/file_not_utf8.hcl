# Bestellungen für die neue Anlage
migration "shop" {
}
