//! DAX tree -> text in the style of DAX Formatter: spaces inside parentheses, an argument a line
//! where a call does not fit into 100 columns, operators at the start of lines.

use super::tree::{Dax, Operator, Variable};
use crate::emit::blanks;
use crate::emit::names::{Names, dax_bracket};

const WIDTH: usize = 100;
const INDENT: usize = 4;
/// Binds tighter than every operator.
const ATOM: u8 = 9;
const NOT: u8 = 3;

/// The text of an expression, without a line break at its end.
pub fn print(names: &Names, dax: &Dax) -> String {
    print_at(names, dax, 0)
}

/// The same, every line this many columns to the right.
pub fn print_at(names: &Names, dax: &Dax, indent: usize) -> String {
    let mut printer = Printer { names, text: " ".repeat(indent) };
    printer.write(dax, indent, 0);
    printer.text
}

struct Printer<'a> {
    names: &'a Names,
    text: String,
}

impl Printer<'_> {
    /// Writes at the cursor; lines that follow are indented by `indent`, `tail` columns are kept for
    /// what comes after on the last line.
    fn write(&mut self, dax: &Dax, indent: usize, tail: usize) {
        if !self.fits("", dax, "", tail) {
            self.write_broken(dax, indent, tail);
        }
    }

    fn write_broken(&mut self, dax: &Dax, indent: usize, tail: usize) {
        match dax {
            Dax::Call { function, arguments } if !arguments.is_empty() => {
                self.text.push_str(function);
                self.text.push_str(" (");
                self.write_items(arguments, pairs_from(function, arguments), indent);
                self.text.push(')');
            }
            Dax::List(items) => {
                self.text.push('{');
                self.write_items(items, items.len(), indent);
                self.text.push('}');
            }
            Dax::Chain { operator, operands } => self.write_chain(*operator, operands, indent, tail),
            Dax::Not(inner) => self.write_not(inner, indent, tail),
            Dax::Block { variables, result } => self.write_block(variables, result, indent),
            word => {
                let _ = Line { names: self.names, text: &mut self.text, room: usize::MAX }.write(word);
            }
        }
    }

    /// One item a line; from `pairs` on two that belong together, where the first fits.
    fn write_items(&mut self, items: &[Dax], pairs: usize, indent: usize) {
        let mut beside = false;
        for (at, item) in items.iter().enumerate() {
            let last = at + 1 == items.len();
            let more = usize::from(!last);
            let mut one_line = beside && self.fits(" ", item, "", 1);
            if !one_line {
                self.line(indent + INDENT);
                let begun = self.text.len();
                self.write(item, indent + INDENT, more);
                one_line = self.text.get(begun..).is_some_and(|text| !text.contains('\n'));
            }
            self.text.push_str(if last { "" } else { "," });
            beside = !beside && !last && at >= pairs && (at - pairs).is_multiple_of(2) && one_line;
        }
        self.line(indent);
    }

    fn write_chain(&mut self, operator: Operator, operands: &[Dax], indent: usize, tail: usize) {
        for (at, operand) in operands.iter().enumerate() {
            let within = if at == 0 { indent } else { indent + INDENT };
            if at > 0 {
                self.line(within);
                self.text.push_str(operator.text());
                self.text.push(' ');
            }
            let rest = if at + 1 == operands.len() { tail } else { 0 };
            self.write_operand(operand, wraps(operator, operand, at), within, rest);
        }
    }

    fn write_operand(&mut self, operand: &Dax, wrapped: bool, indent: usize, tail: usize) {
        if !wrapped {
            self.write(operand, indent, tail);
            return;
        }
        if self.fits("( ", operand, " )", tail) {
            return;
        }
        self.text.push('(');
        self.line(indent + INDENT);
        self.write(operand, indent + INDENT, 0);
        self.line(indent);
        self.text.push(')');
    }

    fn write_not(&mut self, inner: &Dax, indent: usize, tail: usize) {
        self.text.push_str("NOT ");
        self.write_operand(inner, binding(inner) < ATOM, indent, tail);
    }

    fn write_block(&mut self, variables: &[Variable], result: &Dax, indent: usize) {
        for Variable { name, value } in variables {
            self.text.push_str("VAR ");
            self.text.push_str(name);
            self.text.push_str(" =");
            if !self.fits(" ", value, "", 0) {
                self.line(indent + INDENT);
                self.write(value, indent + INDENT, 0);
            }
            self.line(indent);
        }
        self.text.push_str("RETURN");
        self.line(indent + INDENT);
        self.write(result, indent + INDENT, 0);
    }

    /// Writes an expression between two texts if that fits on the line with so many columns more; else nothing.
    fn fits(&mut self, before: &str, dax: &Dax, after: &str, more: usize) -> bool {
        let begun = self.text.len();
        let room = WIDTH.saturating_sub(self.column() + more);
        let mut line = Line { names: self.names, text: &mut self.text, room };
        let fits = line.word(before).and_then(|()| line.write(dax)).and_then(|()| line.word(after)).is_some();
        if !fits {
            self.text.truncate(begun);
        }
        fits
    }

    fn line(&mut self, indent: usize) {
        self.text.push('\n');
        blanks::add(&mut self.text, indent);
    }

    fn column(&self) -> usize {
        let begun = self.text.rfind('\n').map_or(0, |end| end + 1);
        self.text.get(begun..).map_or(0, width)
    }
}

/// Text that takes at most `room` more characters. Writing stops there (`None`), so that a long expression costs
/// its lines, not its length at every depth.
struct Line<'a> {
    names: &'a Names,
    text: &'a mut String,
    room: usize,
}

impl Line<'_> {
    fn word(&mut self, word: &str) -> Option<()> {
        self.room = self.room.checked_sub(width(word))?;
        self.text.push_str(word);
        Some(())
    }

    fn words(&mut self, words: &[&str]) -> Option<()> {
        words.iter().try_for_each(|word| self.word(word))
    }

    fn write(&mut self, dax: &Dax) -> Option<()> {
        match dax {
            Dax::Column(id) => self.word(self.names.dax_column(*id)),
            Dax::Table(id) => self.word(self.names.dax_table(*id)),
            Dax::Measure(name) | Dax::Extension(name) if !name.contains(']') => self.words(&["[", name, "]"]),
            Dax::Measure(name) | Dax::Extension(name) => self.word(&dax_bracket(name)),
            Dax::Variable(name) | Dax::Number(name) => self.word(name),
            Dax::Word(word) => self.word(word),
            Dax::Text(text) => self.words(&["\"", &text.replace('"', "\"\""), "\""]),
            Dax::Boolean(value) => self.word(if *value { "TRUE ()" } else { "FALSE ()" }),
            Dax::Date(date) => {
                let (year, month, day) = date.ymd();
                self.word(&format!("DATE ( {year}, {month}, {day} )"))
            }
            Dax::Call { function, arguments } if arguments.is_empty() => self.words(&[function, " ()"]),
            Dax::Call { function, arguments } => {
                self.words(&[function, " ( "])?;
                self.items(arguments)?;
                self.word(" )")
            }
            Dax::List(items) => {
                self.word("{ ")?;
                self.items(items)?;
                self.word(" }")
            }
            Dax::Chain { operator, operands } => self.chain(*operator, operands),
            Dax::Not(inner) => {
                self.word("NOT ")?;
                self.operand(inner, binding(inner) < ATOM)
            }
            // Variables never stand on one line with what uses them.
            Dax::Block { .. } => None,
        }
    }

    fn items(&mut self, items: &[Dax]) -> Option<()> {
        for (at, item) in items.iter().enumerate() {
            self.word(if at > 0 { ", " } else { "" })?;
            self.write(item)?;
        }
        Some(())
    }

    fn chain(&mut self, operator: Operator, operands: &[Dax]) -> Option<()> {
        for (at, operand) in operands.iter().enumerate() {
            if at > 0 {
                self.words(&[" ", operator.text(), " "])?;
            }
            self.operand(operand, wraps(operator, operand, at))?;
        }
        Some(())
    }

    fn operand(&mut self, operand: &Dax, wrapped: bool) -> Option<()> {
        if !wrapped {
            return self.write(operand);
        }
        self.word("( ")?;
        self.write(operand)?;
        self.word(" )")
    }
}

fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

/// Where a name and its expression, or a test and its value, begin to stand in pairs.
fn pairs_from(function: &str, arguments: &[Dax]) -> usize {
    let named = arguments.iter().position(|argument| matches!(argument, Dax::Text(_)));
    match function {
        "SWITCH" => 1,
        "SUMMARIZECOLUMNS" | "ADDCOLUMNS" | "ROW" => named.unwrap_or(arguments.len()),
        _ => arguments.len(),
    }
}

fn binding(dax: &Dax) -> u8 {
    match dax {
        Dax::Chain { operator, .. } => operator.binding(),
        Dax::Not(_) => NOT,
        Dax::Block { .. } => 0,
        _ => ATOM,
    }
}

/// Whether an operand needs parentheses under this operator.
fn wraps(operator: Operator, operand: &Dax, at: usize) -> bool {
    let inner = binding(operand);
    // A comparison below a comparison, and what stands right of a minus, would be read otherwise.
    let equal_binds_otherwise = operator.binding() == 4 || (at > 0 && operator == Operator::Subtract);
    // `a || b && c` is right without parentheses and read wrongly by people.
    let reads_wrongly = operator == Operator::Or && inner == Operator::And.binding();
    inner < operator.binding() || (inner == operator.binding() && equal_binds_otherwise) || reads_wrongly
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(dax: &Dax) -> String {
        print(&Names::default(), dax)
    }

    fn name(text: &str) -> Dax {
        Dax::measure(text)
    }

    #[test]
    fn a_call_that_fits_stands_on_one_line() {
        let call = Dax::call("IF", [Dax::Boolean(true), Dax::integer(1), Dax::call("BLANK", [])]);
        assert_eq!(text(&call), "IF ( TRUE (), 1, BLANK () )");
    }

    #[test]
    fn a_call_that_does_not_fit_has_one_argument_a_line() {
        let long = name(&"long ".repeat(12));
        let call = Dax::call("DIVIDE", [long.clone(), Dax::call("ABS", [long])]);
        let expected = format!("DIVIDE (\n    [{0}],\n    ABS ( [{0}] )\n)", "long ".repeat(12));
        assert_eq!(text(&call), expected);
    }

    #[test]
    fn operators_start_the_lines_of_a_broken_chain() {
        let chain = Dax::all(vec![name(&"a".repeat(40)), name(&"b".repeat(40)), name(&"c".repeat(40))]);
        let expected = format!("[{}]\n    && [{}]\n    && [{}]", "a".repeat(40), "b".repeat(40), "c".repeat(40));
        assert_eq!(text(&chain), expected);
    }

    #[test]
    fn parentheses_stand_where_the_text_would_be_read_otherwise() {
        let sum = Dax::binary(Operator::Add, name("a"), name("b"));
        assert_eq!(text(&Dax::binary(Operator::Multiply, sum.clone(), Dax::integer(2))), "( [a] + [b] ) * 2");
        assert_eq!(text(&Dax::binary(Operator::Subtract, name("c"), sum.clone())), "[c] - ( [a] + [b] )");
        let either = Dax::any(vec![name("a"), name("b")]);
        assert_eq!(text(&Dax::all(vec![either.clone(), name("c")])), "( [a] || [b] ) && [c]");
        assert_eq!(text(&either.negated()), "NOT ( [a] || [b] )");
        assert_eq!(text(&Dax::binary(Operator::Greater, sum, Dax::integer(0))), "[a] + [b] > 0");
    }

    #[test]
    fn variables_stand_one_a_line_above_the_result() {
        let variables = vec![Variable { name: "End".to_owned(), value: name("Period end") }];
        let block = Dax::block(variables, Dax::variable("End").is_present());
        assert_eq!(text(&block), "VAR End = [Period end]\nRETURN\n    NOT ISBLANK ( End )");
    }

    #[test]
    fn quotes_in_text_and_brackets_in_names_are_doubled() {
        assert_eq!(
            text(&Dax::binary(Operator::Equal, name("a]b"), Dax::Text("x\"y".to_owned()))),
            "[a]]b] = \"x\"\"y\""
        );
    }
}
