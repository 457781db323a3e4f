//! A table's definition without some of its columns.

use super::{KeyPart, TableDefinition};
use crate::mysql::Ident;

impl TableDefinition {
    /// Leaves columns out, and with them every key, foreign key and check that is over one of them.
    ///
    /// # Errors
    /// What cannot be without them: a generated column that is kept, the partitioning.
    pub fn without(&mut self, left_out: &[Ident]) -> Result<(), String> {
        if left_out.is_empty() {
            return Ok(());
        }
        let named = |text: &str| {
            let mut names = left_out.iter();
            names.find(|name| text.contains(&name.to_string())).cloned()
        };
        self.columns
            .retain(|column| !left_out.contains(&column.name));
        for column in &self.columns {
            // its own name stands first, and a comment or default may hold anything
            let rest = column
                .text
                .get(column.name.to_string().len()..)
                .unwrap_or_default();
            let generated = rest.contains("GENERATED ALWAYS AS");
            if let Some(name) = named(rest).filter(|_| generated) {
                return Err(format!(
                    "column {} is made from {name}, which is left out",
                    column.name
                ));
            }
        }
        if let Some(name) = self.partitioning.as_deref().and_then(named) {
            return Err(format!(
                "its partitions depend on column {name}, which is left out"
            ));
        }
        self.keys.retain(|key| {
            let over = |part: &KeyPart| match &part.column {
                Some(column) => left_out.contains(column),
                None => named(&key.text).is_some(),
            };
            !key.parts.iter().any(over)
        });
        self.foreign_keys
            .retain(|key| !key.columns.iter().any(|column| left_out.contains(column)));
        self.checks.retain(|check| named(&check.text).is_none());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDERS: &str = "CREATE TABLE `orders` (\n  `id` int NOT NULL,\n  `note` text,\n  \
        `total` int GENERATED ALWAYS AS ((`price` * 2)) VIRTUAL,\n  `price` int DEFAULT NULL,\n  \
        PRIMARY KEY (`id`),\n  KEY `by_price` (`price`),\n  KEY `by_note` (`note`(10)),\n  \
        CONSTRAINT `long` CHECK ((length(`note`) > 3))\n) ENGINE=InnoDB";

    #[test]
    fn what_is_over_a_column_goes_with_it() {
        let mut orders = TableDefinition::parse(ORDERS).unwrap();
        assert_eq!(orders.without(&["note".into()]), Ok(()));
        let columns: Vec<&str> = orders.columns.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(columns, ["id", "total", "price"]);
        let keys: Vec<&str> = orders.keys.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(keys, ["PRIMARY", "by_price"]);
        assert!(orders.checks.is_empty());
    }

    #[test]
    fn a_generated_column_needs_its_columns() {
        let mut orders = TableDefinition::parse(ORDERS).unwrap();
        assert_eq!(
            orders.without(&["price".into()]),
            Err("column `total` is made from `price`, which is left out".to_owned())
        );
        let mut orders = TableDefinition::parse(ORDERS).unwrap();
        assert_eq!(orders.without(&["price".into(), "total".into()]), Ok(()));
    }
}
