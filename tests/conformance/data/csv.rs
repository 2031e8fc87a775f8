//! CSV that keeps missing and `""` apart: an unquoted empty field is missing, a quoted one is `""`.

/// Lines of fields.
pub fn read(text: &str) -> Vec<Vec<Option<String>>> {
    let (mut lines, mut line, mut rest) = (Vec::new(), Vec::new(), text);
    while !rest.is_empty() {
        let (field, after) = field(rest);
        line.push(field);
        let ended = !after.starts_with(',');
        rest = after
            .strip_prefix(',')
            .or_else(|| after.strip_prefix("\r\n"))
            .or_else(|| after.strip_prefix('\n'))
            .unwrap_or("");
        if ended {
            lines.push(std::mem::take(&mut line));
        } else if rest.is_empty() {
            line.push(None);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

fn field(text: &str) -> (Option<String>, &str) {
    match text.strip_prefix('"') {
        Some(quoted) => quoted_field(quoted),
        None => {
            let end = text.find([',', '\n', '\r']).unwrap_or(text.len());
            let (field, rest) = text.split_at(end);
            ((!field.is_empty()).then(|| field.to_string()), rest)
        }
    }
}

fn quoted_field(text: &str) -> (Option<String>, &str) {
    let (mut field, mut rest) = (String::new(), text);
    while let Some(end) = rest.find('"') {
        field.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(more) => {
                field.push('"');
                rest = more;
            }
            None => return (Some(field), rest),
        }
    }
    (Some(field), "")
}

/// One line with its end; text that CSV or a reader could mistake is quoted.
pub fn line(fields: &[Option<String>]) -> String {
    let fields: Vec<String> = fields.iter().map(|field| field.as_deref().map_or(String::new(), quoted)).collect();
    fields.join(",") + "\n"
}

fn quoted(field: &str) -> String {
    let plain = !field.is_empty() && field.chars().all(|c| c.is_ascii_alphanumeric() || "._:-".contains(c));
    if plain { field.to_string() } else { format!("\"{}\"", field.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_and_the_empty_text_stay_apart() {
        let fields = vec![Some("a b".to_string()), None, Some(String::new()), Some("say \"x\", y".to_string())];
        let text = line(&fields);
        assert_eq!(text, "\"a b\",,\"\",\"say \"\"x\"\", y\"\n");
        assert_eq!(read(&text), vec![fields]);
    }

    #[test]
    fn a_last_field_may_be_missing() {
        assert_eq!(read("a,b\n1,\n"), read("a,b\r\n1,"));
        assert_eq!(read("a,b\n1,\n")[1], vec![Some("1".to_string()), None]);
    }
}
