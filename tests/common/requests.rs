//! The committed requests in `tests/requests/`.

use std::path::PathBuf;

use citrn::Request;
use serde_json::json;

pub const API_KEY: &str = "public-key-of-the-merchant";
pub const SECRET: &str = "AbCdEfG123456";

/// Compares a request with its committed file, or writes the file when generated files are updated.
pub fn compare(name: &str, request: Request) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/requests/{name}.json"));
    let golden = golden(request);
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(&path, &golden).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(committed, golden, "tests/requests/{name}.json: `npm run generate` writes it");
}

fn golden(request: Request) -> String {
    let body = request.body.map(|body| String::from_utf8(body).unwrap());
    let headers: serde_json::Map<_, _> =
        request.headers.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let golden = json!({ "method": request.method.as_str(), "url": request.url, "headers": headers, "body": body });
    let mut text = serde_json::to_string_pretty(&golden).unwrap();
    text.push('\n');
    text
}
