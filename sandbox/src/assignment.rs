//! Assignments to values in JSON text, by paths such as `transactions.0.txid`.

use citrn::json::{Document, Json};

/// Sets the value at a path to JSON text. Missing members and objects are added; all other values keep their text.
pub(crate) fn assign(json: &str, path: &str, value: &str) -> Result<String, String> {
    let readable = |text| Document::parse(text).map_err(|_| format!("{path}: the value is not JSON"));
    readable(value)?;
    let keys: Vec<&str> = path.split('.').collect();
    if keys.contains(&"") {
        return Err(format!("`{path}` is not a path such as `currency_received.amount`"));
    }
    replaced(readable(json)?.root(), &keys, value).map_err(|problem| format!("{path}: {problem}"))
}

fn replaced(json: Json<'_>, path: &[&str], value: &str) -> Result<String, String> {
    let Some((key, rest)) = path.split_first() else { return Ok(value.to_owned()) };
    if let Some(object) = json.object() {
        let mut members = Vec::new();
        for (name, member) in object.iter() {
            let text = if name == *key { replaced(member, rest, value)? } else { member.as_str().to_owned() };
            members.push(written(name, &text));
        }
        if object.get(key).is_none() {
            let nested =
                rest.iter().rev().fold(value.to_owned(), |inner, name| format!("{{{}}}", written(name, &inner)));
            members.push(written(key, &nested));
        }
        return Ok(format!("{{{}}}", members.join(",")));
    }
    let Some(items) = json.array() else {
        return Err(format!("`{key}` is below a value that is neither object nor list"));
    };
    let mut texts: Vec<String> = items.iter().map(|item| item.as_str().to_owned()).collect();
    let index = key.parse::<usize>().ok().filter(|index| *index <= items.len());
    let index = index.ok_or_else(|| format!("`{key}` is not an index of a list with {} items", items.len()))?;
    match (items.get(index), texts.get_mut(index)) {
        (Some(item), Some(text)) => *text = replaced(*item, rest, value)?,
        _ if rest.is_empty() => texts.push(value.to_owned()),
        _ => return Err(format!("`{key}` is behind the end of the list")),
    }
    Ok(format!("[{}]", texts.join(",")))
}

/// Returns a member of an object.
fn written(name: &str, value: &str) -> String {
    format!("{}:{value}", serde_json::Value::from(name))
}

#[cfg(test)]
mod tests {
    use super::assign;

    #[test]
    fn an_assignment_changes_one_value_and_keeps_the_text_of_the_others() {
        let json = r#"{"id":17,"a":{"amount":1.50,"x":"\u00fc"},"list":[{"n":1e3},2],"error":null}"#;
        for (path, value, expected) in [
            ("id", "\"u\"", json.replace("17", "\"u\"")),
            ("a.amount", "2.00", json.replace("1.50", "2.00")),
            ("list.0.n", "[]", json.replace("1e3", "[]")),
            ("list.2", "3", json.replace(",2]", ",2,3]")),
            ("a.new", "true", json.replace(r#"fc"}"#, r#"fc","new":true}"#)),
            ("b.c", "1", json.replace("null}", r#"null,"b":{"c":1}}"#)),
            ("error", "\"x\"", json.replace("null", "\"x\"")),
        ] {
            assert_eq!(assign(json, path, value), Ok(expected), "{path}");
        }
    }

    #[test]
    fn an_impossible_path_is_named() {
        let json = r#"{"id":17,"list":[1]}"#;
        for (path, value, problem) in [
            ("id.x", "1", "id.x: `x` is below a value that is neither object nor list"),
            ("list.2", "1", "list.2: `2` is not an index of a list with 1 items"),
            ("list.1.a", "1", "list.1.a: `1` is behind the end of the list"),
            ("list.first", "1", "list.first: `first` is not an index of a list with 1 items"),
            ("a..b", "1", "`a..b` is not a path such as `currency_received.amount`"),
            ("id", "{", "id: the value is not JSON"),
        ] {
            assert_eq!(assign(json, path, value), Err(problem.to_owned()), "{path}");
        }
    }
}
