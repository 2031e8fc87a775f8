//! A document -> text: tabs, LF, one empty line around every child, two line ends at the end.

use super::order;
use super::quote;
use super::tree::{Document, Object, Property, Reference, Spacing, Value};

const FENCE: &str = "```";
/// The bytes of an ordinary line.
const USUAL: usize = 48;

/// The text of one file.
pub fn write(document: &Document) -> String {
    let mut out = Lines { text: String::with_capacity(document.objects.iter().map(size).sum()) };
    for object in &document.objects {
        out.gap();
        out.object(object, 0);
    }
    for group in document.references.iter().filter(|group| !group.is_empty()) {
        out.gap();
        group.iter().for_each(|reference| out.reference(reference));
    }
    out.text.push('\n');
    out.text
}

/// About as many bytes as an object takes.
fn size(object: &Object) -> usize {
    let value = object.value.as_ref().map_or(0, |value| value.len() * 5 / 4);
    let children: usize = object.children.iter().map(size).sum();
    USUAL + value + object.properties.len() * USUAL + children
}

struct Lines {
    text: String,
}

impl Lines {
    fn line(&mut self, depth: usize, words: &[&str]) {
        (0..depth).for_each(|_| self.text.push('\t'));
        words.iter().for_each(|word| self.text.push_str(word));
        self.text.push('\n');
    }

    /// An empty line, but not at the top of the file.
    fn gap(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    fn reference(&mut self, reference: &Reference) {
        self.line(0, &["ref ", reference.keyword, " ", &quote::name(&reference.name)]);
    }

    fn object(&mut self, object: &Object, depth: usize) {
        for line in &object.description {
            self.line(depth, &["/// ", line.trim()]);
        }
        let head = match &object.name {
            Some(name) => [object.keyword, " ", &quote::name(name)].concat(),
            None => object.keyword.to_owned(),
        };
        match &object.value {
            Some(value) => self.expression(&head, value, depth),
            None => self.line(depth, &[&head]),
        }
        for property in sorted(object.keyword, &object.properties) {
            self.property(property, depth + 1);
        }
        self.children(object, depth + 1);
    }

    fn children(&mut self, object: &Object, depth: usize) {
        for child in &object.children {
            if object.spacing == Spacing::Airy {
                self.gap();
            }
            self.object(child, depth);
        }
    }

    fn property(&mut self, property: &Property, depth: usize) {
        let name = property.name;
        match &property.value {
            Value::Flag => self.line(depth, &[name]),
            Value::Word(word) => self.line(depth, &[name, ": ", word]),
            Value::Text(text) => self.line(depth, &[name, ": ", &quote::text(text)]),
            Value::Name(names) => self.line(depth, &[name, ": ", &quote::path(names)]),
            Value::Expression(text) => self.expression(name, text, depth),
            Value::Block(properties) => {
                self.line(depth, &[name]);
                sorted(name, properties).iter().for_each(|property| self.property(property, depth + 1));
            }
        }
    }

    /// One line after `=`, or a body two deeper than its object. A body whose lines would lose
    /// trailing blanks or empty lines at the end stands between fences.
    fn expression(&mut self, head: &str, text: &str, depth: usize) {
        let fenced = needs_fence(text);
        if !fenced && !text.contains('\n') {
            let text = text.trim();
            return self.line(depth, &[head, if text.is_empty() { " =" } else { " = " }, text]);
        }
        match fenced {
            true => self.line(depth, &[head, " = ", FENCE]),
            false => self.line(depth, &[head, " ="]),
        }
        text.split('\n').for_each(|line| self.line(depth + 2, &[line]));
        if fenced {
            self.line(depth + 2, &[FENCE]);
        }
    }
}

fn needs_fence(text: &str) -> bool {
    let ends_in_blanks = || text.contains(" \n") || text.contains("\t\n") || text.ends_with([' ', '\t']);
    text.ends_with('\n') || text.contains('\n') && ends_in_blanks()
}

fn sorted<'a>(keyword: &str, properties: &'a [Property]) -> Vec<&'a Property> {
    let mut sorted: Vec<&Property> = properties.iter().collect();
    sorted.sort_by_key(|property| order::place(keyword, property.name));
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(object: Object) -> String {
        write(&Document { objects: vec![object], references: Vec::new() })
    }

    #[test]
    fn a_body_of_several_lines_stands_one_deeper_than_the_properties() {
        let measure = Object::new("measure", "Net revenue")
            .described(vec!["Posted invoices.".to_owned(), String::new(), "Less credit notes.".to_owned()])
            .is("VAR r = 1\nRETURN\n    r")
            .text("displayFolder", "Revenue")
            .text("formatString", "#,0.00")
            .annotated("carat_metric", "net_revenue");
        let expected = "/// Posted invoices.\n/// \n/// Less credit notes.\nmeasure 'Net revenue' =\n\t\tVAR r = 1\n\t\tRETURN\n\t\t    r\n\
                        \tformatString: #,0.00\n\tdisplayFolder: Revenue\n\n\tannotation carat_metric = net_revenue\n\n";
        assert_eq!(written(measure), expected);
    }

    #[test]
    fn one_line_stays_on_the_line_of_its_object() {
        assert_eq!(written(Object::new("measure", "M").is("1 + 1")), "measure M = 1 + 1\n\n");
    }

    #[test]
    fn an_empty_line_inside_a_body_is_its_indentation_alone() {
        assert_eq!(written(Object::new("measure", "M").is("a\n\nb")), "measure M =\n\t\ta\n\t\t\n\t\tb\n\n");
    }

    #[test]
    fn only_a_body_with_trailing_blanks_is_fenced() {
        let measure = Object::new("measure", "M").is("a \nb");
        assert_eq!(written(measure), "measure M = ```\n\t\ta \n\t\tb\n\t\t```\n\n");
    }

    #[test]
    fn properties_stand_in_the_serializers_order_whatever_order_they_were_given_in() {
        let column = Object::new("column", "Date")
            .with("sortByColumn", Value::name("Day no"))
            .text("sourceColumn", "date")
            .word("summarizeBy", "none")
            .flag("isKey", true)
            .flag("isHidden", false)
            .word("dataType", "dateTime");
        let expected = "column Date\n\tdataType: dateTime\n\tisKey\n\tsummarizeBy: none\n\tsourceColumn: date\n\tsortByColumn: 'Day no'\n\n";
        assert_eq!(written(column), expected);
    }

    #[test]
    fn a_partition_has_its_source_one_deeper_and_its_query_two() {
        let block = vec![
            Property::new("expressionSource", Value::name("DirectLake - gold")),
            Property::new("entityName", Value::Text("customer".to_owned())),
        ];
        let entity = Object::new("partition", "Customer").is("entity").word("mode", "directLake");
        let expected = "partition Customer = entity\n\tmode: directLake\n\tsource\n\t\tentityName: customer\n\t\texpressionSource: 'DirectLake - gold'\n\n";
        assert_eq!(written(entity.with("source", Value::Block(block))), expected);
        let query =
            Object::new("partition", "Customer").is("m").with("source", Value::Expression("let\nin".to_owned()));
        assert_eq!(written(query), "partition Customer = m\n\tsource =\n\t\t\tlet\n\t\t\tin\n\n");
    }

    #[test]
    fn references_stand_in_groups_with_an_empty_line_between() {
        let group = |keyword, names: [&str; 2]| names.map(|name| Reference { keyword, name: name.to_owned() }).to_vec();
        let references = vec![group("table", ["Customer", "Order line"]), Vec::new(), group("perspective", ["A", "B"])];
        let document = Document { objects: vec![Object::new("model", "Model")], references };
        let expected =
            "model Model\n\nref table Customer\nref table 'Order line'\n\nref perspective A\nref perspective B\n\n";
        assert_eq!(write(&document), expected);
    }

    #[test]
    fn translations_have_no_empty_lines() {
        let table = Object::new("table", "Customer").text("caption", "Kunde").dense();
        let culture =
            Object::new("cultureInfo", "de-DE").child(Object::nameless("translations").child(table).dense()).dense();
        assert_eq!(written(culture), "cultureInfo de-DE\n\ttranslations\n\t\ttable Customer\n\t\t\tcaption: Kunde\n\n");
    }
}
