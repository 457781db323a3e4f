//! What a `table` block of `objects` says about a table's rows and columns.

use crate::mysql::Ident;
use crate::spec::pattern::{Index, Pattern};
use crate::sql::Uses;

/// SQL over the source row, with what it uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowExpression {
    pub(super) text: String,
    pub(super) uses: Uses,
}

impl RowExpression {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The columns and variables that it uses.
    pub fn uses(&self) -> &Uses {
        &self.uses
    }
}

/// Which columns of a table are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnChoice {
    All,
    Only(Vec<Pattern>),
    Except(Vec<Pattern>),
}

impl ColumnChoice {
    /// Names of columns never depend on case.
    pub fn takes(&self, column: &Ident) -> bool {
        let among = |patterns: &[Pattern]| {
            let mut patterns = patterns.iter();
            patterns.any(|one| one.matches(column.as_str(), true))
        };
        match self {
            Self::All => true,
            Self::Only(patterns) => among(patterns),
            Self::Except(patterns) => !among(patterns),
        }
    }

    /// The plain names in it that are none of these columns.
    pub fn missing(&self, columns: &[Ident]) -> Vec<String> {
        let patterns = match self {
            Self::All => &[][..],
            Self::Only(patterns) | Self::Except(patterns) => patterns,
        };
        let names = patterns.iter().filter_map(Pattern::as_name);
        let absent = |name: &&str| {
            let lower = name.to_lowercase();
            !columns
                .iter()
                .any(|column| column.as_str().to_lowercase() == lower)
        };
        names.filter(absent).map(str::to_owned).collect()
    }
}

/// A `table` block of `objects`.
#[derive(Clone, Debug)]
pub struct TableRule {
    pub(super) pattern: Pattern,
    pub(super) filter: Option<RowExpression>,
    pub(super) columns: ColumnChoice,
}

impl TableRule {
    /// The block's label.
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// Which rows take part; all where absent.
    pub fn filter(&self) -> Option<&RowExpression> {
        self.filter.as_ref()
    }

    pub fn columns(&self) -> &ColumnChoice {
        &self.columns
    }
}

/// The `table` blocks of one database, found by name without asking each in turn.
#[derive(Clone, Debug)]
pub struct TableRules {
    rules: Vec<TableRule>,
    exact: Index,
    folded: Index,
}

impl TableRules {
    pub fn new(rules: Vec<TableRule>) -> Self {
        Self {
            exact: Index::new(&rules, |rule| &rule.pattern, false),
            folded: Index::new(&rules, |rule| &rule.pattern, true),
            rules,
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &TableRule> {
        self.rules.iter()
    }

    /// The blocks of the highest rank among those that match a table of this name.
    pub fn best(&self, name: &str, folds: bool) -> Vec<&TableRule> {
        let index = if folds { &self.folded } else { &self.exact };
        index.best(&self.rules, |rule| &rule.pattern, name)
    }

    /// The block that applies to a table of this name.
    pub fn find(&self, name: &str, folds: bool) -> Option<&TableRule> {
        let index = if folds { &self.folded } else { &self.exact };
        index.find(&self.rules, |rule| &rule.pattern, name)
    }
}
