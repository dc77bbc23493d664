//! The response of a Worker whose wasm instance died. JavaScript builds it from worker/src/edge/last_resort.json, which
//! `npm run generate` writes from here.

use std::{fs, path::Path};

use citrn::Executed;
use serde_json::json;

use super::{Cause, Problem};
use crate::http::request::USABLE_ID;

fn generated() -> String {
    let detail = "The Worker failed before it could respond. The request may have been carried out.";
    let mut problem = Problem::new(Cause::InternalError, detail);
    problem.executed = Executed::Unknown;
    problem.retryable = true;
    let answer = problem.answer("");
    let headers: Vec<String> =
        answer.headers.iter().map(|(name, value)| format!("    {}: {}", json!(name), json!(value))).collect();
    let (status, usable, headers, body) = (answer.status, json!(USABLE_ID), headers.join(",\n"), answer.body);
    format!(
        "{{\n  \"status\": {status},\n  \"requestId\": {usable},\n  \"headers\": {{\n{headers}\n  }},\n  \"body\": {body}\n}}\n"
    )
}

#[test]
fn the_last_resort_matches_the_code() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/edge/last_resort.json");
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(file, generated()).unwrap();
        return;
    }
    assert_eq!(
        fs::read_to_string(file).unwrap(),
        generated(),
        "last_resort.json is out of date: `npm run generate` writes it"
    );
}
