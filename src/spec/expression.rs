//! Evaluates HCL expressions to [`Value`]s that know whether they are secret.
//!
//! In: an expression and the [`Scope`] it stands in. Out: a value, or a [`Fault`] with its place.
//! No message shows a value, since any value may be secret. Work is bounded: an expression that
//! takes more than [`STEPS`] steps or makes more than [`SIZE`] bytes of text is refused.

mod fault;
mod function;
mod operator;
mod printf;
mod template;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hcl_edit::Span;
use hcl_edit::expr::{
    Array, Conditional, Expression, ForExpr, FuncCall, Object, ObjectKey, Traversal,
    TraversalOperator,
};

pub use fault::{Fault, Stop};

use super::nearest::nearest;
use super::value::{Form, Number, Value};

/// Steps that one attribute may take.
const STEPS: u32 = 1_000_000;
/// Bytes of text that one attribute may make on the way.
const SIZE: usize = 16 << 20;

/// What an expression may refer to.
#[derive(Default)]
pub struct Scope {
    pub variables: BTreeMap<String, Known>,
    pub locals: BTreeMap<String, Known>,
    /// For `env()`.
    pub environment: BTreeMap<String, String>,
    /// For `file()`.
    pub folder: PathBuf,
    /// Some text could not be parsed, so that a name may well be declared there.
    pub incomplete: bool,
}

impl Scope {
    fn path(&self, written: &str) -> PathBuf {
        let home = self.environment.get("HOME").map(Path::new);
        super::join(&self.folder, home, written)
    }
}

/// A variable or local.
pub enum Known {
    Value(Value),
    /// Declared, but wrong, which has been reported at its own place.
    Wrong,
}

/// Evaluates one attribute's expression.
pub struct Evaluator<'a> {
    scope: &'a Scope,
    /// What `for` has bound, innermost last.
    bound: Vec<(String, Value)>,
    steps: u32,
    size: usize,
    /// Where the whole expression stands: for parts that have no place of their own.
    whole: Range<usize>,
}

type Evaluated = Result<Value, Stop>;

impl<'a> Evaluator<'a> {
    pub fn new(scope: &'a Scope, whole: Range<usize>) -> Self {
        Self {
            scope,
            bound: Vec::new(),
            steps: 0,
            size: 0,
            whole,
        }
    }

    pub fn evaluate(&mut self, expression: &Expression) -> Evaluated {
        self.step(expression)?;
        match expression {
            Expression::Null(_) => Ok(Value::new(Form::Null)),
            Expression::Bool(value) => Ok(Value::new(Form::Bool(*value.value()))),
            Expression::Number(number) => self.number(number.value(), expression),
            Expression::String(text) => Ok(Value::text(text.as_str())),
            Expression::Array(array) => self.array(array),
            Expression::Object(object) => self.object(object),
            Expression::StringTemplate(template) => self.string_template(template),
            Expression::HeredocTemplate(heredoc) => self.heredoc(heredoc),
            Expression::Parenthesis(inner) => self.evaluate(inner.inner()),
            Expression::Variable(name) => self.variable(name.as_str(), expression),
            Expression::Conditional(conditional) => self.conditional(conditional),
            Expression::FuncCall(call) => self.call(call, expression),
            Expression::Traversal(traversal) => self.traversal(traversal, expression),
            Expression::UnaryOp(operation) => self.unary(operation, expression),
            Expression::BinaryOp(operation) => self.binary(operation, expression),
            Expression::ForExpr(each) => self.for_each(each, expression),
        }
    }

    /// Where a part stands.
    fn place(&self, part: &impl Span) -> Range<usize> {
        part.span().unwrap_or_else(|| self.whole.clone())
    }

    fn step(&mut self, part: &impl Span) -> Result<(), Stop> {
        self.steps += 1;
        if self.steps > STEPS {
            return Err(Fault::too_large(self.place(part)).into());
        }
        Ok(())
    }

    /// Counts text that has been made.
    fn made(&mut self, bytes: usize, part: &impl Span) -> Result<(), Stop> {
        self.size = self.size.saturating_add(bytes);
        if self.size > SIZE {
            return Err(Fault::too_large(self.place(part)).into());
        }
        Ok(())
    }

    fn number(&self, number: &hcl_edit::Number, part: &Expression) -> Evaluated {
        let whole = number.as_u64().map(i128::from);
        let whole = whole.or_else(|| number.as_i64().map(i128::from));
        let number = match whole {
            Some(whole) => Some(Number::Whole(whole)),
            None => number.as_f64().and_then(Number::from_f64),
        };
        match number {
            Some(number) => Ok(Value::new(Form::Number(number))),
            None => Err(Fault::new("the number is too large", self.place(part))
                .help("write a smaller one")
                .into()),
        }
    }

    fn array(&mut self, array: &Array) -> Evaluated {
        let items = array.iter().map(|item| self.evaluate(item));
        Ok(Value::new(Form::List(items.collect::<Result<_, _>>()?)))
    }

    fn object(&mut self, object: &Object) -> Evaluated {
        let mut items = BTreeMap::new();
        let mut secret = None;
        for (key, value) in object {
            let key = match key {
                ObjectKey::Ident(ident) => Value::text(ident.as_str()),
                ObjectKey::Expression(expression) => self.evaluate(expression)?,
            };
            let Some(name) = key.as_text() else {
                let message = format!("a key of a map is {}", key.kind());
                let fault = Fault::new(message, self.place(object)).help("use a string as key");
                return Err(fault.into());
            };
            secret = secret.or(key.secret);
            items.insert(name, self.evaluate(value.expr())?);
        }
        Ok(Value::new(Form::Map(items)).tainted(secret.as_ref()))
    }

    fn variable(&self, name: &str, part: &Expression) -> Evaluated {
        if let Some((_, value)) = self.bound.iter().rev().find(|(bound, _)| bound == name) {
            return Ok(value.clone());
        }
        let place = self.place(part);
        if name == "var" || name == "local" {
            let what = if name == "var" {
                "variable"
            } else {
                "local value"
            };
            let message = format!("`{name}` needs the name of a {what}");
            let help = format!("write `{name}.NAME`");
            return Err(Fault::new(message, place).help(help).into());
        }
        let declared = self.scope.variables.contains_key(name);
        let help = if declared {
            format!("write `var.{name}`")
        } else if self.scope.locals.contains_key(name) {
            format!("write `local.{name}`")
        } else {
            format!("write \"{name}\" in quotes if a string is meant, or `var.NAME`")
        };
        Err(Fault::undefined(format!("`{name}` is not defined"), place)
            .help(help)
            .into())
    }

    fn conditional(&mut self, conditional: &Conditional) -> Evaluated {
        let (decided, secret) = self.condition(&conditional.cond_expr)?;
        let chosen = if decided {
            &conditional.true_expr
        } else {
            &conditional.false_expr
        };
        Ok(self.evaluate(chosen)?.tainted(secret.as_ref()))
    }

    /// What is decided, and what makes that secret.
    fn condition(&mut self, expression: &Expression) -> Result<(bool, Option<Arc<str>>), Stop> {
        let value = self.evaluate(expression)?;
        if let Some(decided) = value.as_bool() {
            return Ok((decided, value.secret));
        }
        let message = format!("a condition is {}", value.kind());
        let fault = Fault::new(message, self.place(expression));
        Err(fault
            .label("expected a bool")
            .help("compare: `x == \"a\"`")
            .into())
    }

    fn call(&mut self, call: &FuncCall, part: &Expression) -> Evaluated {
        let name = call.name.name.as_str();
        let place = self.place(part);
        let function = function::find(name).filter(|_| call.name.namespace.is_empty());
        let Some(function) = function else {
            let fault = Fault::function(format!("there is no function `{name}`"), place);
            let known = function::names();
            return Err(match nearest(name, known.iter().copied()) {
                Some(near) => fault.help(format!("did you mean `{near}`?")),
                None => fault.help(format!("the functions are {}", known.join(", "))),
            }
            .into());
        };
        let mut arguments = Vec::new();
        let last = call.args.len();
        for (index, argument) in call.args.iter().enumerate() {
            let value = self.evaluate(argument)?;
            if call.args.expand_final() && index + 1 == last {
                let secret = value.secret.clone();
                let Form::List(items) = value.form else {
                    let message = format!("`...` follows {}", value.kind());
                    let fault = Fault::new(message, self.place(argument)).label("expected a list");
                    return Err(fault
                        .help("remove the `...`, or put a list before it")
                        .into());
                };
                arguments.extend(items.into_iter().map(|one| one.tainted(secret.as_ref())));
            } else {
                arguments.push(value);
            }
        }
        let value = function.call(&arguments, self.scope).map_err(|wrong| {
            Fault::function(format!("`{name}`: {}", wrong.message), place).maybe_help(wrong.help)
        })?;
        self.made(size_of_text(&value), part)?;
        Ok(value)
    }

    fn traversal(&mut self, traversal: &Traversal, part: &Expression) -> Evaluated {
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

    fn for_each(&mut self, each: &ForExpr, part: &Expression) -> Evaluated {
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

    fn pairs(&self, over: Value, part: &Expression) -> Result<Vec<(Value, Value)>, Stop> {
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

/// How much text a value holds, in bytes, so that copies of it can be bounded.
fn size_of_text(value: &Value) -> usize {
    match &value.form {
        Form::Null | Form::Bool(_) | Form::Number(_) => 8,
        Form::Text(text) => text.len(),
        Form::List(items) => items.iter().map(size_of_text).sum(),
        Form::Map(items) => items
            .iter()
            .map(|(key, one)| key.len() + size_of_text(one))
            .sum(),
    }
}

/// What made a value secret, from how it was written.
fn origin(text: String) -> Arc<str> {
    Arc::from(text)
}
