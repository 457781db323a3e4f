//! Evaluates HCL expressions to [`Value`]s that know whether they are secret.
//!
//! In: an expression and the [`Scope`] it stands in. Out: a value, or a [`Fault`] with its place.
//! No message shows a value, since any value may be secret. Work is bounded: an expression that
//! takes more than [`STEPS`] steps or makes more than [`SIZE`] bytes of text is refused.

mod each;
mod fault;
mod function;
mod operator;
mod printf;
mod template;
mod traversal;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hcl_edit::Span;
use hcl_edit::expr::{Array, Conditional, Expression, FuncCall, Object, ObjectKey};

pub use fault::{Fault, Stop};

use super::inputs::UnsetSecrets;
use super::nearest::nearest;
use super::value::{Form, Number, STAND_IN, Value};

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
    /// For secrets that have no value.
    pub unset_secrets: UnsetSecrets,
    /// Those that something stands in for.
    pub stood_in: RefCell<BTreeSet<String>>,
}

impl Scope {
    /// What stands in for a secret that has no value, where that is allowed.
    pub fn stand_in(&self, origin: &Arc<str>) -> Option<Value> {
        match self.unset_secrets {
            UnsetSecrets::Refused => None,
            UnsetSecrets::StoodIn => {
                self.stood_in.borrow_mut().insert(origin.to_string());
                Some(Value::text(STAND_IN).tainted(Some(origin)))
            }
        }
    }

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
