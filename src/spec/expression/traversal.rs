//! Paths: `var.x`, `local.x.y[0]`, splats.

use hcl_edit::expr::{Expression, Traversal, TraversalOperator};

use super::{Evaluated, Evaluator, Fault, Known, Stop};
use crate::spec::nearest::nearest;
use crate::spec::value::{Form, Number, Value};

impl Evaluator<'_> {
    pub(super) fn traversal(&mut self, traversal: &Traversal, part: &Expression) -> Evaluated {
        let mut operators: Vec<&TraversalOperator> = traversal
            .operators
            .iter()
            .map(hcl_edit::Decorated::value)
            .collect();
        let value = match (&traversal.expr, operators.first()) {
            (Expression::Variable(root), Some(TraversalOperator::GetAttr(name)))
                if (root.as_str() == "var" || root.as_str() == "local")
                    && !self.bound.iter().any(|(bound, _)| bound == root.as_str()) =>
            {
                operators.remove(0);
                self.declared(root.as_str(), name.as_str(), part)?
            }
            (root, _) => self.evaluate(root)?,
        };
        self.follow(value, &operators, part)
    }

    fn declared(&self, root: &str, name: &str, part: &Expression) -> Evaluated {
        let (names, what, declare) = if root == "var" {
            let declare = format!("declare it: variable \"{name}\" {{ type = string }}");
            (&self.scope.variables, "variable", declare)
        } else {
            let declare = format!("define it: locals {{ {name} = ... }}");
            (&self.scope.locals, "local value", declare)
        };
        match names.get(name) {
            Some(Known::Value(value)) => Ok(value.clone()),
            Some(Known::Wrong) => Err(Stop::Reported),
            None if self.scope.incomplete => Err(Stop::Reported),
            None => {
                let message = format!("there is no {what} `{name}`");
                let near = nearest(name, names.keys().map(String::as_str));
                let help = near.map_or(declare, |near| format!("did you mean `{root}.{near}`?"));
                Err(Fault::undefined(message, self.place(part))
                    .help(help)
                    .into())
            }
        }
    }

    fn follow(
        &mut self,
        mut value: Value,
        operators: &[&TraversalOperator],
        part: &Expression,
    ) -> Evaluated {
        for (index, operator) in operators.iter().enumerate() {
            self.step(part)?;
            let secret = value.secret.clone();
            let found = match operator {
                TraversalOperator::GetAttr(name) => {
                    self.member(value, &Value::text(name.as_str()), part)?
                }
                TraversalOperator::LegacyIndex(index) => {
                    let index = Number::Whole(i128::from(*index.value()));
                    self.item(value, &Value::new(Form::Number(index)), part)?
                }
                TraversalOperator::Index(expression) => {
                    let key = self.evaluate(expression)?;
                    self.indexed(value, &key, expression)?
                        .tainted(key.secret.as_ref())
                }
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => {
                    let rest = &operators[index + 1..];
                    return Ok(self.splat(value, rest, part)?.tainted(secret.as_ref()));
                }
            };
            value = found.tainted(secret.as_ref());
        }
        Ok(value)
    }

    fn indexed(&self, value: Value, key: &Value, part: &Expression) -> Evaluated {
        match (
            &value.form,
            key.as_number().and_then(Number::as_u64),
            key.as_text(),
        ) {
            (Form::List(_), Some(_), _) => self.item(value, key, part),
            (Form::Map(_), _, Some(_)) => self.member(value, key, part),
            _ => {
                let message = format!("{} cannot be indexed by {}", value.kind(), key.kind());
                let help = "a list is indexed by a number, a map by a string";
                Err(Fault::new(message, self.place(part)).help(help).into())
            }
        }
    }

    fn splat(&mut self, value: Value, rest: &[&TraversalOperator], part: &Expression) -> Evaluated {
        let items = match value.form {
            Form::Null => Vec::new(),
            Form::List(items) => items,
            one @ (Form::Bool(_) | Form::Number(_) | Form::Text(_) | Form::Map(_)) => {
                vec![Value::new(one)]
            }
        };
        let items = items.into_iter().map(|item| self.follow(item, rest, part));
        Ok(Value::new(Form::List(items.collect::<Result<_, _>>()?)))
    }

    /// A key that is secret is not repeated, nor are the keys of a map that is.
    fn member(&self, value: Value, key: &Value, part: &Expression) -> Evaluated {
        let kind = value.kind();
        let name = key.as_text().unwrap_or_default();
        let said = |what: &str| match &key.secret {
            None => format!("{what} `{name}`"),
            Some(_) => format!("such {what}"),
        };
        let secret = key.secret.is_some() || value.secret.is_some();
        let Form::Map(mut items) = value.form else {
            let message = format!("{kind} has no {}", said("member"));
            let help = "only maps have members";
            return Err(Fault::new(message, self.place(part)).help(help).into());
        };
        if let Some(item) = items.remove(&name) {
            return Ok(item);
        }
        let fault = Fault::new(format!("the map has no {}", said("key")), self.place(part));
        if secret {
            return Err(fault.help("look at the keys where the map is made").into());
        }
        Err(match nearest(&name, items.keys().map(String::as_str)) {
            Some(near) => fault.help(format!("did you mean `{near}`?")),
            None if items.is_empty() => fault.help("the map is empty"),
            None => fault.help(format!(
                "its keys are {}",
                items.keys().cloned().collect::<Vec<_>>().join(", ")
            )),
        }
        .into())
    }

    fn item(&self, value: Value, key: &Value, part: &Expression) -> Evaluated {
        let kind = value.kind();
        let index = key.as_number().and_then(Number::as_u64).unwrap_or(u64::MAX);
        let said = match &key.secret {
            None => format!("item {index}"),
            Some(_) => "such item".to_owned(),
        };
        let Form::List(mut items) = value.form else {
            let message = format!("{kind} has no {said}");
            let help = "only lists have items";
            return Err(Fault::new(message, self.place(part)).help(help).into());
        };
        let count = items.len();
        match usize::try_from(index) {
            Ok(index) if index < count => Ok(items.swap_remove(index)),
            _ => {
                let message = format!("the list has no {said}: it has {count}");
                Err(Fault::new(message, self.place(part))
                    .help("items count from 0")
                    .into())
            }
        }
    }
}
