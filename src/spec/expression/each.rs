//! `for` over lists and maps.

use std::collections::BTreeMap;

use hcl_edit::expr::{Expression, ForExpr};

use super::{Evaluated, Evaluator, Fault, Stop};
use crate::spec::value::{Form, Number, Value};

impl Evaluator<'_> {
    pub(super) fn for_each(&mut self, each: &ForExpr, part: &Expression) -> Evaluated {
        let intro = &each.intro;
        let over = self.evaluate(&intro.collection_expr)?;
        let secret = over.secret.clone();
        let key_name = intro.key_var.as_ref().map(|name| name.as_str().to_owned());
        let pairs = self.pairs(over, &intro.collection_expr)?;
        let mut list = Vec::new();
        let mut map: BTreeMap<String, Value> = BTreeMap::new();
        let mut key_secret = None;
        let depth = self.bound.len();
        for (key, value) in pairs {
            self.step(part)?;
            if let Some(name) = &key_name {
                self.bound
                    .push((name.clone(), key.tainted(secret.as_ref())));
            }
            let value = value.tainted(secret.as_ref());
            self.bound
                .push((intro.value_var.as_str().to_owned(), value));
            let made = self.one_of_each(each)?;
            self.bound.truncate(depth);
            match made {
                None => {}
                Some((None, value)) => list.push(value),
                Some((Some(key), value)) => {
                    key_secret = key_secret.or_else(|| key.any_secret().cloned());
                    let name = key.as_text().unwrap_or_default();
                    self.collect(&mut map, name, value, each, part)?;
                }
            }
        }
        let form = if each.key_expr.is_some() {
            Form::Map(map)
        } else {
            Form::List(list)
        };
        Ok(Value::new(form)
            .tainted(secret.as_ref())
            .tainted(key_secret.as_ref()))
    }

    /// The key, where there is one, and the value of one turn; `None` when the condition says no.
    fn one_of_each(&mut self, each: &ForExpr) -> Result<Option<(Option<Value>, Value)>, Stop> {
        if let Some(condition) = &each.cond {
            let (decided, _) = self.condition(&condition.expr)?;
            if !decided {
                return Ok(None);
            }
        }
        let key = match &each.key_expr {
            None => None,
            Some(expression) => {
                let key = self.evaluate(expression)?;
                if key.as_text().is_none() {
                    let message = format!("a key of a map is {}", key.kind());
                    let fault = Fault::new(message, self.place(expression));
                    return Err(fault.help("use a string as key").into());
                }
                Some(key)
            }
        };
        Ok(Some((key, self.evaluate(&each.value_expr)?)))
    }

    fn collect(
        &self,
        map: &mut BTreeMap<String, Value>,
        name: String,
        value: Value,
        each: &ForExpr,
        part: &Expression,
    ) -> Result<(), Stop> {
        if each.grouping {
            let group = map
                .entry(name)
                .or_insert_with(|| Value::new(Form::List(Vec::new())));
            if let Form::List(items) = &mut group.form {
                items.push(value);
            }
            return Ok(());
        }
        if map.insert(name, value).is_some() {
            let fault = Fault::new("two items of the `for` have one key", self.place(part));
            return Err(fault.help("group them: write `...` after the value").into());
        }
        Ok(())
    }

    pub(super) fn pairs(
        &self,
        over: Value,
        part: &Expression,
    ) -> Result<Vec<(Value, Value)>, Stop> {
        let kind = over.kind();
        match over.form {
            Form::List(items) => Ok((0..)
                .map(|index| Value::new(Form::Number(Number::Whole(index))))
                .zip(items)
                .collect()),
            Form::Map(items) => Ok(items
                .into_iter()
                .map(|(key, value)| (Value::text(key), value))
                .collect()),
            Form::Null | Form::Bool(_) | Form::Number(_) | Form::Text(_) => {
                let fault = Fault::new(format!("`for` runs over {kind}"), self.place(part));
                let help = "write a list: [...], or split a string: split(\",\", text)";
                Err(fault.label("expected a list or a map").help(help).into())
            }
        }
    }
}
