//! Parsing and formatting, seen from outside.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use carat::source::FileSet;
use carat::syntax::tree::Item;

fn shipped() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/metrics");
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "metric"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn a_comment_stands_wherever_a_blank_may() {
    // Behind the fourth stands a blank that no parser knows; the tab of the text stays.
    let commented = "metric a // one\r\n= count // \"two\"\n( // three\nt\u{A0}where b = \"//\tc\" // four \u{2003}\n)\n\
                     { owner: Anna // five }\n Bo }\n";
    let comments = ["// one\r", "// \"two\"", "// three", "\u{A0}", "// four \u{2003}", "// five }"];
    let plain = comments.iter().fold(commented.to_owned(), |text, one| text.replace(one, &" ".repeat(one.len())));
    let items = [commented, &plain].map(|text| {
        let mut set = FileSet::default();
        let id = set.add("a.metric", text);
        let (tree, problems) = carat::syntax::parse(&set, id);
        assert_eq!(problems, []);
        format!("{:?}", tree.items)
    });
    assert_eq!(items[0], items[1]);
}

#[test]
fn every_shipped_file_parses_without_a_message() {
    let files = shipped();
    assert!(files.len() >= 8);
    for (name, text) in files {
        let mut set = FileSet::default();
        let id = set.add(name.as_str(), text.as_str());
        let (tree, problems) = carat::syntax::parse(&set, id);
        assert_eq!(problems, [], "{name}");
        assert!(tree.items.iter().all(|item| matches!(item, Item::Definition(_))), "{name}");
        let starts = text.lines().filter(|line| {
            ["metric ", "filter ", "segment ", "policy ", "resolve ", "view ", "expect "]
                .iter()
                .any(|k| line.starts_with(k))
        });
        assert_eq!(tree.items.len(), starts.count(), "{name}");
    }
}

fn formatted(text: &str) -> String {
    let mut set = FileSet::default();
    let id = set.add("a.metric", text);
    carat::format::format(&set, id).unwrap_or_else(|problem| panic!("{}:\n{text}", problem.message))
}

#[test]
fn every_shipped_file_is_formatted() {
    for (name, text) in shipped() {
        assert_eq!(formatted(&text), text, "{name}");
    }
}

fn problems(text: &str) -> Vec<carat::diagnostics::Diagnostic> {
    let mut set = FileSet::default();
    let id = set.add("a.metric", text);
    carat::syntax::parse(&set, id).1
}

mod limits {
    use carat::source::FileSet;
    use carat::source::project::MAX_BYTES;

    use super::problems;

    fn only_code(text: &str) -> &'static str {
        let problems = problems(text);
        assert_eq!(problems.len(), 1, "{:?}", problems.first());
        problems[0].code.id
    }

    #[test]
    fn a_hundred_thousand_parentheses_are_one_error() {
        let text = format!("metric a = {}1{}", "(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(only_code(&text), "nested-too-deep");
        assert_eq!(only_code(&format!("metric a = {}", "(".repeat(100_000))), "nested-too-deep");
    }

    #[test]
    fn a_hundred_thousand_signs_nots_or_cases_are_one_error() {
        assert_eq!(only_code(&format!("metric a = {}1", "-".repeat(100_000))), "nested-too-deep");
        assert_eq!(only_code(&format!("filter f of t = {}a", "not ".repeat(100_000))), "nested-too-deep");
        assert_eq!(only_code(&format!("metric a = {}1", "case when a then ".repeat(100_000))), "nested-too-deep");
        assert_eq!(only_code(&format!("metric a = {}", "any(t where ".repeat(100_000))), "nested-too-deep");
        assert_eq!(only_code(&format!("metric a = b {{ x: {}", "{ y: ".repeat(100_000))), "nested-too-deep");
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_operands_is_one_error() {
        for join in [" + ", " * ", " and ", " or ", " ignoring "] {
            assert_eq!(only_code(&format!("metric a = {}b", format!("b{join}").repeat(100_000))), "chain-too-long");
        }
    }

    #[test]
    fn the_deepest_and_longest_allowed_expressions_are_read() {
        assert_eq!(problems(&format!("metric a = {}1{}", "(".repeat(64), ")".repeat(64))), []);
        assert_eq!(problems(&format!("metric a = {}1", "1 + ".repeat(999))), []);
        assert_eq!(problems(&format!("filter f of t = a in [{}1]", "1, ".repeat(50_000))), []);
    }

    #[test]
    fn a_file_of_fifty_megabytes_is_one_error() {
        assert_eq!(only_code(&"metric a = 1\n".repeat(4_000_000)), "file-too-large");
    }

    #[test]
    fn a_file_that_would_be_too_large_when_laid_out_is_no_mistake_of_carat() {
        let limit = usize::try_from(MAX_BYTES).unwrap();
        for (size, says) in [(limit, "would hold, when it is laid out, 9 MB"), (limit + 1, "holds 9 MB")] {
            let mut set = FileSet::default();
            let id = set.add("a.metric", format!("//{}", "a".repeat(size - 2)));
            let problem = carat::format::format(&set, id).unwrap_err();
            assert_eq!(problem.code.id, "file-too-large");
            assert!(problem.message.contains(says), "{}", problem.message);
        }
        let mut set = FileSet::default();
        let id = set.add("a.metric", format!("//{}", "a".repeat(limit - 3)));
        assert_eq!(carat::format::format(&set, id).unwrap().len(), limit);
    }

    #[test]
    fn after_a_thousand_mistakes_the_rest_is_not_read() {
        let problems = problems(&"metric\n".repeat(100_000));
        assert_eq!(problems.len(), 1_001);
        assert_eq!(problems.last().unwrap().code.id, "too-many-mistakes");
    }
}

mod properties {
    use super::{formatted, problems, shipped};
    use proptest::prelude::*;

    type Tokens = Vec<String>;

    fn tokens(text: &str) -> Tokens {
        text.split(' ').filter(|token| !token.is_empty()).map(|token| token.replace('_', " ")).collect()
    }

    fn fixed(texts: &'static [&'static str]) -> BoxedStrategy<Tokens> {
        prop::sample::select(texts).prop_map(tokens).boxed()
    }

    /// Fills `$` in a pattern with the given parts, in order.
    fn fill(pattern: &str, parts: &[Tokens]) -> Tokens {
        let mut parts = parts.iter();
        let fill = |token: String| if token == "$" { parts.next().cloned().unwrap_or_default() } else { vec![token] };
        tokens(pattern).into_iter().flat_map(fill).collect()
    }

    fn windows() -> BoxedStrategy<Tokens> {
        fixed(&[
            "period",
            "history",
            "last 12 months",
            "last 1 year",
            "last 30 days",
            "last 3 complete months",
            "year to date",
            "fiscal_year to date",
        ])
    }

    fn leaf() -> BoxedStrategy<Tokens> {
        fixed(&[
            "a",
            "customers",
            "größe",
            "invoice.net.amount",
            "12",
            "0.5",
            "true",
            "start",
            "end",
            "this purpose",
            "this channel",
            "\"x\\\"y\"",
            "\"//\"",
            "count(t)",
        ])
    }

    const VALUES: &[&str] = &[
        "( $ )",
        "$ + $",
        "$ - $",
        "$ * $",
        "$ / $",
        "- $",
        "( $ where $ )",
        "( $ ) ignoring t",
        "round( $ , $ )",
        "case when $ then $ else $ end",
        "prior( $ , 12 months )",
        "opening( $ )",
        "sum( $ per t where $ )",
        "percentile( $ , 0.9 where $ )",
        "latest( $ by a.b where $ )",
        "count( distinct $ over period of d )",
    ];

    const CONDITIONS: &[&str] = &[
        "( $ )",
        "( $ ) and ( $ )",
        "( $ ) or $",
        "not ( $ )",
        "not $ = $",
        "( $ = $ )",
        "( $ in [ 1 , $ ] )",
        "( $ between $ and $ )",
        "( $ is missing )",
        "( $ is present )",
        "( $ starts with $ )",
        "( $ contains $ )",
        "any( t of u where $ over life from a to b )",
        "( $ not in last 12 months )",
    ];

    fn expression() -> BoxedStrategy<Tokens> {
        let patterns: Vec<&'static str> = VALUES.iter().chain(CONDITIONS).copied().collect();
        // Every part stands in parentheses, so that any part may stand anywhere.
        let wrap = |part: &Tokens| fill("( $ )", std::slice::from_ref(part));
        leaf()
            .prop_recursive(5, 40, 3, move |inner| {
                let parts = prop::collection::vec(inner, 3);
                (prop::sample::select(patterns.clone()), parts)
                    .prop_map(move |(pattern, parts)| fill(pattern, &parts.iter().map(wrap).collect::<Vec<_>>()))
            })
            .boxed()
    }

    fn definition() -> BoxedStrategy<Tokens> {
        let pattern = prop::sample::select(
            &[
                "metric m \"Label\" = $ { format: whole teams: [ a , \"b_c\" ] , map: { de: \"x\" } until: 2027-01-31 }",
                "metric m = $ where $ over $ of a.b",
                "filter f of t = $ { }",
                "segment s \"S\" of t = $ for marketing by email , sms",
                "policy p for service by phone of t { refuse \"no\" when $ allow \"yes\" when $ refuse \"end\" otherwise }",
                "resolve r of t = $ where $ latest by d per s \"x\" wins within 7 days",
                "resolve r of t = $ latest by d strictest of [ \"a\" , \"b\" ]",
                "resolve r of t = $ latest by d first of s in [ \"a\" , \"b\" ] { owner: \"O\" }",
                "view v \"V\" = [ a , b ] by c.d , month , fiscal_year where $",
                "expect $ by c.d , month",
            ][..],
        );
        (pattern, expression(), expression(), windows())
            .prop_map(|(pattern, a, b, window)| {
                let parts = if pattern.contains("over $") { vec![a, b, window] } else { vec![a, b] };
                fill(pattern, &parts)
            })
            .boxed()
    }

    /// The tokens with blanks, new lines and comments between them.
    fn spread(tokens: &[String], gaps: &[u8]) -> String {
        let mut text = String::new();
        for (at, token) in tokens.iter().enumerate() {
            text.push_str(token);
            match gaps[at % gaps.len()] {
                0..=199 => text.push(' '),
                200..=229 => text.push_str("\n    "),
                230..=239 => text.push_str(&format!(" // trailing {at}\n  ")),
                240..=247 => text.push_str(&format!("\n// own line {at}\n")),
                _ => text.push_str("\t\r\n"),
            }
        }
        text
    }

    fn file() -> BoxedStrategy<String> {
        let gaps = prop_oneof![Just(vec![0]), prop::collection::vec(any::<u8>(), 1..40)];
        let lead = prop::sample::select(
            &["", "/// What it means.\n", "/// Two\n// not this\n/// lines.\n", "// note\n\n\n"][..],
        );
        let one =
            (lead, definition(), gaps).prop_map(|(lead, tokens, gaps)| format!("{lead}{}\n", spread(&tokens, &gaps)));
        prop::collection::vec(one, 1..4).prop_map(|parts| parts.concat()).boxed()
    }

    fn soup() -> BoxedStrategy<String> {
        let word = prop::sample::select(
            &[
                "metric", "filter", "segment", "policy", "resolve", "view", "expect", "a", "=", "(", ")", "[", "]",
                "{", "}", "\"", "\"x\"", "///", "//", "\n", "\n///", ",", ":", ".", "case", "when", "then", "else",
                "end", "not", "and", "or", "in", "over", "of", "by", "per", "where", "-", "+", "/", "*", "12", "1e5",
                "refuse", "allow", "count(", "last", "months", "life", "from", "to", "\u{FEFF}", "€", "\\",
            ][..],
        );
        prop::collection::vec(word, 0..80).prop_map(|words| words.join(" ")).boxed()
    }

    fn mutated() -> BoxedStrategy<String> {
        let file = prop::sample::select(shipped());
        (file, any::<prop::sample::Index>(), any::<prop::sample::Index>(), ".{0,3}")
            .prop_map(|((_, text), from, to, insert)| {
                let characters: Vec<char> = text.chars().collect();
                let (from, to) = (from.index(characters.len()), to.index(characters.len()));
                let kept = characters[..from].iter().chain(&characters[from.max(to.min(from + 40))..]);
                let mut text: String = kept.collect();
                let at = text.char_indices().nth(from).map_or(text.len(), |(at, _)| at);
                text.insert_str(at, &insert);
                text
            })
            .boxed()
    }

    /// Never panics, and formatting twice is formatting once.
    fn stands(text: &str) {
        problems(text);
        let once = formatted(text);
        assert_eq!(formatted(&once), once, "of\n{text}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(20_261_123), ..ProptestConfig::default() })]

        #[test]
        fn valid_definitions_are_read_and_formatted_to_the_same_meaning(text in file()) {
            prop_assert_eq!(problems(&text), [], "{}", text);
            let once = formatted(&text);
            prop_assert_eq!(problems(&once), [], "{}", once);
            prop_assert_eq!(formatted(&once), once.clone(), "of\n{}", text);
        }

        #[test]
        fn random_characters_do_no_harm(text in "\\PC{0,200}") {
            stands(&text);
        }

        #[test]
        fn random_words_do_no_harm(text in soup()) {
            stands(&text);
        }

        #[test]
        fn mutated_shipped_files_do_no_harm(text in mutated()) {
            stands(&text);
        }

        #[test]
        fn truncated_shipped_files_do_no_harm(file in prop::sample::select(shipped()), at in any::<prop::sample::Index>()) {
            let (_, text) = file;
            let end = (0..=at.index(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap();
            stands(&text[..end]);
        }
    }
}
