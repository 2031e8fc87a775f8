//! `azure`: logging commands that Azure Pipelines shows with the build.
//!
//! Source: Microsoft Learn, "Logging commands", `task.logissue` and "Formatting commands" (`%` is
//! `%AZP25`, then line ends, `]` and `;`).

use super::{message_with_help, place};
use crate::diagnostics::Diagnostic;
use crate::source::FileSet;

/// A line a finding, in the order given.
pub fn render(files: &FileSet, diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|diagnostic| command(files, diagnostic)).collect()
}

fn command(files: &FileSet, diagnostic: &Diagnostic) -> String {
    let mut properties = format!("type={};", diagnostic.code.level.word());
    if let Some(label) = diagnostic.labels.first() {
        let place = place(files, label);
        properties += &format!(
            "sourcepath={};linenumber={};columnnumber={};",
            property(place.path),
            place.start.line,
            place.start.column
        );
    }
    let message = data(&message_with_help(diagnostic));
    format!("##vso[task.logissue {properties}code={};]{message}\n", diagnostic.code.id)
}

fn data(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(';', "%3B").replace(']', "%5D")
}

#[cfg(test)]
mod tests {
    use super::super::sample::findings;
    use super::*;

    #[test]
    fn a_finding_is_one_escaped_line() {
        let (files, diagnostics) = findings();
        assert_eq!(
            render(&files, &diagnostics),
            "##vso[task.logissue type=error;sourcepath=shop/a.metric;linenumber=2;columnnumber=11;code=unknown-name;]`custmer` is not a name of this project%0Ahelp: did you mean `customer`?\n\
             ##vso[task.logissue type=warning;code=no-owner;]50%AZP25 of \"metrics\", <all>: no owner\n"
        );
    }
}
