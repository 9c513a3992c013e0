//! Conditions under which an example is skipped, decided without running anything: comparisons of
//! Python's version, the platform and the operating system, joined by `and`, `or` and `not`.

use ruff_python_ast::{BoolOp, CmpOp, Expr, Number, UnaryOp};

use crate::python;

/// What conditions ask of the machine that runs the examples.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Python's version.
    pub version: Vec<u64>,
}

impl Machine {
    /// The machine with an interpreter of this version (`3.11.7`).
    pub fn new(version: &str) -> Machine {
        Machine { version: numbers(version) }
    }
}

/// A value in a condition.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
enum Known {
    Version(Vec<u64>),
    Text(String),
    Bool(bool),
}

/// Whether a condition holds on a machine; none if that cannot be told.
pub fn decide(condition: &str, machine: &Machine) -> Option<bool> {
    match evaluate(&python::parse_expression(condition.trim())?, machine)? {
        Known::Bool(holds) => Some(holds),
        _ => None,
    }
}

fn evaluate(expression: &Expr, machine: &Machine) -> Option<Known> {
    match expression {
        Expr::BooleanLiteral(literal) => Some(Known::Bool(literal.value)),
        Expr::StringLiteral(literal) => Some(Known::Text(literal.value.to_str().to_owned())),
        Expr::NumberLiteral(literal) => match &literal.value {
            Number::Int(number) => Some(Known::Version(vec![number.as_u64()?])),
            Number::Float(number) => Some(Known::Version(numbers(&number.to_string()))),
            Number::Complex { .. } => None,
        },
        Expr::Tuple(tuple) => {
            let numbers = tuple.elts.iter().map(|element| match evaluate(element, machine)? {
                Known::Version(parts) if parts.len() == 1 => Some(parts[0]),
                _ => None,
            });
            numbers.collect::<Option<_>>().map(Known::Version)
        }
        Expr::UnaryOp(unary) if unary.op == UnaryOp::Not => match evaluate(&unary.operand, machine)? {
            Known::Bool(value) => Some(Known::Bool(!value)),
            _ => None,
        },
        Expr::BoolOp(operation) => joined(operation.op, &operation.values, machine),
        Expr::Compare(compare) if compare.ops.len() == 1 => {
            let left = evaluate(&compare.left, machine)?;
            let right = evaluate(&compare.comparators[0], machine)?;
            compared(&left, compare.ops[0], &right).map(Known::Bool)
        }
        Expr::Call(call) => called(call, machine),
        Expr::Subscript(subscript) => {
            // `sys.version_info[:2]` and `sys.version_info[0]`.
            let Known::Version(parts) = evaluate(&subscript.value, machine)? else { return None };
            part(&subscript.slice, &parts, machine).map(Known::Version)
        }
        Expr::Name(_) | Expr::Attribute(_) => named(&dotted(expression)?, machine),
        _ => None,
    }
}

/// `and` and `or`; one side that cannot be told does not matter if the other decides.
fn joined(operator: BoolOp, values: &[Expr], machine: &Machine) -> Option<Known> {
    let deciding = operator == BoolOp::Or;
    let values: Vec<Option<bool>> = values
        .iter()
        .map(|value| match evaluate(value, machine) {
            Some(Known::Bool(value)) => Some(value),
            _ => None,
        })
        .collect();
    if values.contains(&Some(deciding)) {
        return Some(Known::Bool(deciding));
    }
    values.iter().all(Option::is_some).then_some(Known::Bool(!deciding))
}

fn compared(left: &Known, operator: CmpOp, right: &Known) -> Option<bool> {
    let order = match (left, right) {
        (Known::Version(left), Known::Version(right)) => compare_versions(left, right),
        // The versions of a requirement are texts; so are those of `platform.python_version()`.
        (Known::Version(left), Known::Text(right)) => compare_versions(left, &numbers(right)),
        (Known::Text(left), Known::Version(right)) => compare_versions(&numbers(left), right),
        (Known::Text(left), Known::Text(right)) => match operator {
            CmpOp::In => return Some(right.contains(left.as_str())),
            CmpOp::NotIn => return Some(!right.contains(left.as_str())),
            _ => left.cmp(right),
        },
        _ => return None,
    };
    match operator {
        CmpOp::Lt => Some(order.is_lt()),
        CmpOp::LtE => Some(order.is_le()),
        CmpOp::Gt => Some(order.is_gt()),
        CmpOp::GtE => Some(order.is_ge()),
        CmpOp::Eq => Some(order.is_eq()),
        CmpOp::NotEq => Some(order.is_ne()),
        _ => None,
    }
}

/// As Python compares tuples: (3, 11, 7) is more than (3, 11).
fn compare_versions(left: &[u64], right: &[u64]) -> std::cmp::Ordering {
    left.cmp(right)
}

fn called(call: &ruff_python_ast::ExprCall, machine: &Machine) -> Option<Known> {
    let name = dotted(&call.func)?;
    match (name.as_str(), call.arguments.args.first()) {
        ("platform.system", None) => Some(Known::Text("Linux".to_owned())),
        ("platform.python_implementation", None) => Some(Known::Text("CPython".to_owned())),
        ("platform.python_version", None) => Some(Known::Version(machine.version.clone())),
        ("sys.platform.startswith", Some(prefix)) => match evaluate(prefix, machine)? {
            Known::Text(prefix) => Some(Known::Bool("linux".starts_with(&prefix))),
            _ => None,
        },
        _ => None,
    }
}

fn named(name: &str, machine: &Machine) -> Option<Known> {
    let text = |text: &str| Some(Known::Text(text.to_owned()));
    let version = |parts: &[u64]| Some(Known::Version(parts.to_vec()));
    let parts = &machine.version;
    match name {
        "sys.version_info" | "version_info" | "python_full_version" => version(parts),
        "python_version" => version(&parts[..parts.len().min(2)]),
        "sys.version_info.major" => version(parts.get(..1)?),
        "sys.version_info.minor" => version(parts.get(1..2)?),
        "sys.platform" | "sys_platform" | "platform" => text("linux"),
        "os.name" | "os_name" => text("posix"),
        "platform_system" => text("Linux"),
        "platform_python_implementation" => text("CPython"),
        "sys.implementation.name" | "implementation_name" => text("cpython"),
        _ => None,
    }
}

/// What a subscript takes of a version.
fn part(slice: &Expr, parts: &[u64], machine: &Machine) -> Option<Vec<u64>> {
    let index = |expression: &Expr| match evaluate(expression, machine)? {
        Known::Version(number) if number.len() == 1 => usize::try_from(number[0]).ok(),
        _ => None,
    };
    match slice {
        Expr::Slice(slice) if slice.lower.is_none() && slice.step.is_none() => {
            let upper = index(slice.upper.as_deref()?)?;
            Some(parts[..upper.min(parts.len())].to_vec())
        }
        other => parts.get(index(other)?).map(|&part| vec![part]),
    }
}

fn dotted(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(attribute) => Some(format!("{}.{}", dotted(&attribute.value)?, attribute.attr)),
        _ => None,
    }
}

fn numbers(version: &str) -> Vec<u64> {
    version
        .split('.')
        .map_while(|part| part.trim_end_matches(|c: char| !c.is_ascii_digit()).parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_conditions_are_decided() {
        let machine = Machine::new("3.11.7");
        let table = [
            ("python_version < \"3.9\"", Some(false)),
            ("python_version < \"3.12\"", Some(true)),
            ("python_version >= '3.11'", Some(true)),
            ("sys.version_info < (3, 9)", Some(false)),
            ("sys.version_info < (3, 12)", Some(true)),
            ("sys.version_info >= (3, 11, 8)", Some(false)),
            ("sys.version_info[:2] == (3, 11)", Some(true)),
            ("sys.version_info[0] == 2", Some(false)),
            ("sys.version_info.minor < 12", Some(true)),
            ("sys.platform == \"win32\"", Some(false)),
            ("sys.platform != 'win32'", Some(true)),
            ("sys.platform.startswith('win')", Some(false)),
            ("os.name == 'nt'", Some(false)),
            ("platform.system() == 'Windows'", Some(false)),
            ("platform_python_implementation == 'PyPy'", Some(false)),
            ("sys.platform in ('win32')", Some(false)),
            ("not sys.platform == 'win32'", Some(true)),
            ("HAS_NUMPY or sys.platform == 'linux'", Some(true)),
            ("HAS_NUMPY and sys.platform == 'win32'", Some(false)),
            ("HAS_NUMPY and sys.platform == 'linux'", None),
            ("shutil.which('git') is None", None),
            ("True", Some(true)),
            ("not python", None),
            ("", None),
        ];
        for (condition, holds) in table {
            assert_eq!(decide(condition, &machine), holds, "{condition}");
        }
    }
}
