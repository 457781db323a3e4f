//! Operators: logic is lazy, whole numbers stay exact.

use std::cmp::Ordering;

use hcl_edit::expr::{BinaryOp, BinaryOperator, Expression, UnaryOp, UnaryOperator};

use super::{Evaluated, Evaluator, Fault};
use crate::spec::value::{Form, Number, Value};

impl Evaluator<'_> {
    pub(super) fn unary(&mut self, operation: &UnaryOp, part: &Expression) -> Evaluated {
        let value = self.evaluate(&operation.expr)?;
        let form = match operation.operator.value() {
            UnaryOperator::Not => value.as_bool().map(|value| Form::Bool(!value)),
            UnaryOperator::Neg => value.as_number().and_then(|number| {
                let negated = match number {
                    Number::Whole(whole) => whole.checked_neg().map(Number::Whole),
                    Number::Double(double) => Some(Number::Double(-double)),
                };
                negated.map(Form::Number)
            }),
        };
        let Some(form) = form else {
            let sign = operation.operator.value().as_str();
            let message = format!("`{sign}` cannot be applied to {}", value.kind());
            let help = "apply it to a bool (`!`) or to a number (`-`)";
            return Err(Fault::new(message, self.place(part)).help(help).into());
        };
        Ok(Value::new(form).tainted(value.secret.as_ref()))
    }

    pub(super) fn binary(&mut self, operation: &BinaryOp, part: &Expression) -> Evaluated {
        let operator = *operation.operator.value();
        let left = self.evaluate(&operation.lhs_expr)?;
        let stops = (operator == BinaryOperator::And && left.as_bool() == Some(false))
            || (operator == BinaryOperator::Or && left.as_bool() == Some(true));
        if stops {
            return Ok(left);
        }
        let right = self.evaluate(&operation.rhs_expr)?;
        let Some(form) = apply(&left, operator, &right) else {
            let sign = operator.as_str();
            let by_zero = right
                .as_number()
                .is_some_and(|number| number.as_f64() == 0.0);
            let (message, help) = if by_zero && matches!(sign, "/" | "%") {
                ("a division by zero".to_owned(), "divide by another number")
            } else {
                let (left, right) = (left.kind(), right.kind());
                let message = format!("`{sign}` cannot be applied to {left} and {right}");
                (
                    message,
                    "convert with tonumber(); strings are joined in a template: \"${a}${b}\"",
                )
            };
            return Err(Fault::new(message, self.place(part)).help(help).into());
        };
        let left = left.any_secret().cloned();
        Ok(Value::new(form)
            .tainted(left.as_ref())
            .tainted(right.any_secret()))
    }
}

fn apply(left: &Value, operator: BinaryOperator, right: &Value) -> Option<Form> {
    let numbers = || Some((left.as_number()?, right.as_number()?));
    let order = || match numbers()? {
        (Number::Whole(left), Number::Whole(right)) => Some(left.cmp(&right)),
        (left, right) => left.as_f64().partial_cmp(&right.as_f64()),
    };
    let calculated = |exact: Exact, rounded: fn(f64, f64) -> f64| {
        let (left, right) = numbers()?;
        if let (Number::Whole(left), Number::Whole(right)) = (left, right)
            && let Some(whole) = exact(left, right)
        {
            return Some(Form::Number(Number::Whole(whole)));
        }
        Number::from_f64(rounded(left.as_f64(), right.as_f64())).map(Form::Number)
    };
    let bool = match operator {
        BinaryOperator::Eq => left == right,
        BinaryOperator::NotEq => left != right,
        BinaryOperator::And => left.as_bool()? && right.as_bool()?,
        BinaryOperator::Or => left.as_bool()? || right.as_bool()?,
        BinaryOperator::Less => order()? == Ordering::Less,
        BinaryOperator::LessEq => order()? != Ordering::Greater,
        BinaryOperator::Greater => order()? == Ordering::Greater,
        BinaryOperator::GreaterEq => order()? != Ordering::Less,
        BinaryOperator::Plus => return calculated(i128::checked_add, |a, b| a + b),
        BinaryOperator::Minus => return calculated(i128::checked_sub, |a, b| a - b),
        BinaryOperator::Mul => return calculated(i128::checked_mul, |a, b| a * b),
        BinaryOperator::Mod => return calculated(i128::checked_rem, |a, b| a % b),
        BinaryOperator::Div => return calculated(divided, |a, b| a / b),
    };
    Some(Form::Bool(bool))
}

/// Whole numbers as they are, where the result is one; doubles otherwise. A division by zero gives
/// no finite double, and so no number.
type Exact = fn(i128, i128) -> Option<i128>;

fn divided(left: i128, right: i128) -> Option<i128> {
    (left.checked_rem(right)? == 0)
        .then(|| left.checked_div(right))
        .flatten()
}
