//! The same servers and the same specification give the same bytes, in whatever order a server
//! listed what it has.

use proptest::prelude::*;

use super::{json, markdown, text};
use crate::{
    catalog::{Check, Inspection, RoutineKind, Unreadable},
    mysql::Ident,
    plan::{Begun, build},
    prechecks::{
        self,
        tests::craft::{
            event, foreign_key, function, inspection, migration, name, table, trigger, unique,
        },
    },
    report::{FindingLine, PlanReport},
    resolve::Migration,
    ui::{Look, Verbosity},
};

/// A source with several of everything, some of it worth a finding.
fn several() -> Inspection {
    let mut all = inspection();
    for n in 0..6 {
        let mut one = table(&format!("shop.t{n}"));
        one.engine = if n % 3 == 0 { "MyISAM" } else { "InnoDB" }.to_owned();
        one.indexes.push(unique("by_word", &["word"]));
        one.indexes.push(unique("both", &["id", "word"]));
        if n == 5 {
            one.indexes.clear();
        }
        for key in ["one", "two", "three"] {
            one.foreign_keys
                .push(foreign_key(&format!("{key}_{n}"), "id", "shop.orders"));
            one.checks.push(Check {
                name: Ident::new(format!("{key}_{n}")),
                expression: "(`id` > 0)".to_owned(),
                enforced: true,
            });
        }
        all.source.holds(one);
        all.source.unreadable.push(Unreadable {
            name: name(&format!("shop.f{n}")),
            kind: "function".to_owned(),
            reason: "no privilege".to_owned(),
        });
        let shop = all.source.has_database("shop");
        let mut routine = function(&format!("shop.r{n}"));
        if n % 2 == 0 {
            routine.kind = RoutineKind::Procedure;
        }
        shop.routines.push(routine);
        shop.events.push(event(&format!("shop.e{n}")));
        for (order, timing) in [(1, "AFTER"), (2, "AFTER"), (1, "BEFORE")] {
            let name = format!("shop.g{n}_{timing}_{order}");
            let mut one = trigger(&name, &format!("t{n}"));
            one.order = order;
            one.timing = timing.to_owned();
            shop.triggers.push(one);
        }
    }
    all
}

/// A shuffle that depends on the seed alone.
fn shuffle<T>(items: &mut [T], seed: &mut u64) {
    for at in (1..items.len()).rev() {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let bound = u64::try_from(at + 1).expect("small");
        let other = usize::try_from((*seed >> 33) % bound).expect("small");
        items.swap(at, other);
    }
}

/// The same inspection, with what a server lists in no order of its own in another.
fn shuffled(mut all: Inspection, mut seed: u64) -> Inspection {
    let seed = &mut seed;
    for side in [&mut all.source, &mut all.destination] {
        shuffle(&mut side.unreadable, seed);
        for database in side.catalog.databases.values_mut() {
            shuffle(&mut database.routines, seed);
            shuffle(&mut database.triggers, seed);
            shuffle(&mut database.events, seed);
            for table in database.tables.values_mut() {
                shuffle(&mut table.indexes, seed);
                shuffle(&mut table.foreign_keys, seed);
                shuffle(&mut table.checks, seed);
            }
        }
    }
    all
}

fn printed(migration: &Migration, inspection: &Inspection) -> String {
    let plan = build(migration, inspection, &Begun::default());
    let found = prechecks::run(
        migration,
        inspection,
        &prechecks::Ours::default(),
        &prechecks::Accepted::default(),
    );
    let findings = found.findings.into_iter().map(FindingLine::from).collect();
    let passed = found.passed.into_iter().map(str::to_owned).collect();
    let report = PlanReport::new(plan, findings, passed, None);
    [
        text(&report, Look::PLAIN, Verbosity::Everything),
        markdown(&report),
        json(&report).expect("JSON"),
    ]
    .join("\n====\n")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_plan_does_not_depend_on_the_order_of_rows(seed: u64) {
        let migration = migration("");
        let mut first = several();
        first.put_in_order();
        let first = printed(&migration, &first);
        let mut other = shuffled(several(), seed);
        other.put_in_order();
        let other = printed(&migration, &other);
        let unlike = first.lines().zip(other.lines()).find(|(one, other)| one != other);
        prop_assert_eq!(unlike, None);
        prop_assert_eq!(first.len(), other.len());
    }
}
