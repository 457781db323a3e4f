//! `locals`: evaluated in the order in which they need each other, wherever they stand.

use std::collections::{BTreeMap, BTreeSet};

use hcl_edit::expr::{Expression, Traversal, TraversalOperator};
use hcl_edit::structure::Structure;
use hcl_edit::visit::{Visit, visit_traversal};

use crate::spec::decode::{Part, diagnose};
use crate::spec::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::spec::expression::{Evaluator, Known, Scope};

struct Local<'a> {
    expression: &'a Expression,
    key: Place,
    value: Place,
    /// The locals it needs, those that exist.
    needs: BTreeSet<String>,
}

/// Evaluates every local into the scope.
pub fn define(parts: &[Part<'_>], scope: &mut Scope, found: &mut Diagnostics) {
    let mut waiting = collect(parts, found);
    let names: BTreeSet<String> = waiting.keys().cloned().collect();
    for local in waiting.values_mut() {
        local.needs = needs(local.expression)
            .intersection(&names)
            .cloned()
            .collect();
    }
    loop {
        let ready = |local: &Local<'_>| {
            local
                .needs
                .iter()
                .all(|need| scope.locals.contains_key(need))
        };
        let batch: Vec<String> = waiting
            .iter()
            .filter(|(_, local)| ready(local))
            .map(|(name, _)| name.clone())
            .collect();
        if batch.is_empty() {
            break;
        }
        for name in batch {
            if let Some(local) = waiting.remove(&name) {
                let known = evaluate(&local, scope, found);
                scope.locals.insert(name, known);
            }
        }
    }
    report_cycles(&waiting, found);
    scope
        .locals
        .extend(waiting.into_keys().map(|name| (name, Known::Wrong)));
}

fn collect<'a>(parts: &'a [Part<'_>], found: &mut Diagnostics) -> BTreeMap<String, Local<'a>> {
    let mut locals: BTreeMap<String, Local<'_>> = BTreeMap::new();
    for part in parts {
        for block in part.body.get_blocks("locals") {
            if !block.labels.is_empty() {
                let message = "the block `locals` takes no label";
                let wrong = Diagnostic::error("cutover::spec::extra_label", message)
                    .at(&part.header(block), "one too many");
                found.push(wrong.help("write `locals {`"));
            }
            for structure in &block.body {
                let attribute = match structure {
                    Structure::Attribute(attribute) if part.repeats(attribute) => continue,
                    Structure::Attribute(attribute) => attribute,
                    Structure::Block(inner) => {
                        let name = inner.ident.as_str();
                        let message = "`locals` holds no blocks";
                        let wrong = Diagnostic::error("cutover::spec::unknown_block", message)
                            .at(&part.header(inner), "a block");
                        found.push(wrong.help(format!("write a map: `{name} = {{ ... }}`")));
                        continue;
                    }
                };
                let name = attribute.key.as_str().to_owned();
                let key = part.place(&attribute.key);
                if let Some(first) = locals.get(&name) {
                    let message = format!("`local.{name}` is defined twice");
                    let wrong = Diagnostic::error("cutover::spec::duplicate_attribute", message)
                        .at(&key, "again here")
                        .related(&first.key, "first here");
                    found.push(wrong.help("remove one of them"));
                    continue;
                }
                let local = Local {
                    expression: &attribute.value,
                    key,
                    value: part.place(&attribute.value),
                    needs: BTreeSet::new(),
                };
                locals.insert(name, local);
            }
        }
    }
    locals
}

fn evaluate(local: &Local<'_>, scope: &Scope, found: &mut Diagnostics) -> Known {
    match Evaluator::new(scope, local.value.span.clone()).evaluate(local.expression) {
        Ok(value) => Known::Value(value),
        Err(stop) => {
            if let Some(wrong) = diagnose(stop, &local.value.source) {
                found.push(wrong);
            }
            Known::Wrong
        }
    }
}

/// The names behind `local.` in an expression.
fn needs(expression: &Expression) -> BTreeSet<String> {
    #[derive(Default)]
    struct Needs(BTreeSet<String>);

    impl Visit for Needs {
        fn visit_traversal(&mut self, traversal: &Traversal) {
            let root = traversal.expr.as_variable().map(hcl_edit::Ident::as_str);
            let first = traversal.operators.first().map(hcl_edit::Decorated::value);
            if let (Some("local"), Some(TraversalOperator::GetAttr(name))) = (root, first) {
                self.0.insert(name.as_str().to_owned());
            }
            visit_traversal(self, traversal);
        }
    }

    let mut found = Needs::default();
    found.visit_expr(expression);
    found.0
}

/// What still waits either stands in a cycle or needs one that does; each cycle is told once.
fn report_cycles(waiting: &BTreeMap<String, Local<'_>>, found: &mut Diagnostics) {
    let mut told: BTreeSet<&String> = BTreeSet::new();
    for start in waiting.keys() {
        let mut path: Vec<&String> = vec![start];
        let mut name = start;
        // Each one that waits needs another that waits, so the walk ends where it has been before.
        while let Some(next) = waiting
            .get(name)
            .and_then(|local| local.needs.iter().find(|need| waiting.contains_key(*need)))
        {
            if let Some(begin) = path.iter().position(|one| *one == next) {
                let cycle = &path[begin..];
                if cycle.iter().all(|one| !told.contains(one)) {
                    found.push(cycle_found(waiting, cycle));
                }
                told.extend(cycle);
                break;
            }
            if told.contains(next) {
                break;
            }
            path.push(next);
            name = next;
        }
    }
}

fn cycle_found(waiting: &BTreeMap<String, Local<'_>>, cycle: &[&String]) -> Diagnostic {
    let first = cycle.first().map_or("", |name| name.as_str());
    let round: Vec<_> = cycle.iter().map(|name| format!("local.{name}")).collect();
    let message = if round.len() == 1 {
        format!("`local.{first}` needs itself")
    } else {
        format!(
            "`local.{first}` needs itself: {} -> local.{first}",
            round.join(" -> ")
        )
    };
    let found = Diagnostic::error("cutover::spec::cycle", message);
    let found = match waiting.get(first) {
        Some(local) => found.at(&local.key, "begins and ends here"),
        None => found,
    };
    found.help("give one of them a value that does not need the others")
}
