//! How much work a plan is grows as the tables do. Counted, not timed: the same on every machine.

use std::fmt::Write as _;

use super::{markdown, text};
use crate::{
    catalog::Inspection,
    mysql::{Ident, LowerCase, TableName, work::looks},
    plan::{Begun, build},
    prechecks::{
        self,
        tests::craft::{foreign_key, inspection, migration, table, trigger, unique, view},
    },
    report::{FindingLine, PlanReport},
    resolve::ObjectKind,
    ui::{Look, Verbosity},
};

/// Selects so many tables by name, and gives each another name, and one of its columns too.
fn mapped(count: usize) -> String {
    let names: Vec<_> = (0..count).map(|n| format!("\"t{n}\"")).collect();
    let mut text = format!(
        "objects {{\n  database \"shop\" {{\n    include = [{}]\n    kinds = [\"tables\", \
         \"views\", \"triggers\"]\n  }}\n}}\nmappings {{\n  database \"shop\" {{\n    to = \
         \"store\"\n",
        names.join(", ")
    );
    for n in 0..count {
        write!(
            text,
            "    table \"t{n}\" {{\n      to = \"renamed_{n}\"\n      column \"word\" {{\n        \
             to = \"name_{n}\"\n      }}\n    }}\n"
        )
        .expect("text");
    }
    text + "  }\n}\n"
}

/// So many tables, each with keys, a foreign key and a trigger, and as many views.
fn source_of(count: usize) -> Inspection {
    let mut all = inspection();
    for n in 0..count {
        let mut one = table(&format!("shop.t{n}"));
        one.indexes.push(unique("by_word", &["word"]));
        let parent = format!("shop.t{}", n / 2);
        one.foreign_keys
            .push(foreign_key(&format!("parent_{n}"), "id", &parent));
        all.source.holds(one);
        let shop = all.source.has_database("shop");
        shop.triggers
            .push(trigger(&format!("shop.g{n}"), &format!("t{n}")));
        let name = format!("v{n}");
        shop.views
            .insert(Ident::new(&name), view(&format!("shop.{name}")));
    }
    all.put_in_order();
    all
}

fn work(count: usize) -> u64 {
    let inspection = source_of(count);
    looks(|| {
        let migration = migration(&mapped(count));
        // of the five times as many that the server has
        let taken = (0..5 * count).filter(|n| {
            let name = TableName::new("shop", format!("t{n}"));
            let selection = migration.selection();
            selection.object(ObjectKind::Table, &name, LowerCase::Stored)
        });
        assert_eq!(taken.count(), count);
        let plan = build(&migration, &inspection, &Begun::default());
        assert!(plan.tables.len() >= count);
        let found = prechecks::run(
            &migration,
            &inspection,
            &prechecks::Ours::default(),
            &prechecks::Accepted::default(),
        );
        let findings = found.findings.into_iter().map(FindingLine::from).collect();
        let passed = found.passed.into_iter().map(str::to_owned).collect();
        let report = PlanReport::new(plan, findings, passed, None);
        let shown = text(&report, Look::PLAIN, Verbosity::Everything);
        assert!(shown.contains(&format!("renamed_{}", count - 1)));
        assert!(markdown(&report).chars().count() <= 60_000);
    })
}

#[test]
fn five_times_the_tables_are_little_more_than_five_times_the_work() {
    let (few, many) = (work(60), work(300));
    // a search among n names takes log n of them; what is quadratic would be 25 times as much
    assert!(many < few * 8, "{few} looks at names became {many}");
}
