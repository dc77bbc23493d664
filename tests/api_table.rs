//! Compares the committed endpoint table (`api.json`, and `docs/api.md` for people) with the Rust definitions. After a
//! change of these, `npm run generate` updates it.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]
#![cfg(not(target_family = "wasm"))]

use citrn::{
    Code, EndpointSpec, ErrorCode, FromJson, Kind,
    callback::Callback,
    endpoint::{Parameter, Rule},
    endpoints,
    shape::{Field, Shape, Values},
};
use serde_json::{Value, json};

fn shape(shape: &Shape) -> Value {
    match shape {
        Shape::Text => json!({ "type": "text" }),
        Shape::Amount => json!({ "type": "amount" }),
        Shape::Word(words) => {
            json!({ "type": "word", "words": words.iter().map(|word| word.text).collect::<Vec<_>>() })
        }
        Shape::Whole => json!({ "type": "whole" }),
        Shape::Any => json!({ "type": "any" }),
        Shape::List(items) => json!({ "type": "list", "items": self::shape(items) }),
        Shape::Object(object) => json!({
            "type": "object",
            "name": object.name,
            "description": object.description,
            "fields": object.fields.iter().map(field).collect::<Vec<_>>(),
        }),
    }
}

/// Returns the shape of a reply. A list, or JSON of unknown shape, is the field `data` of an object.
fn reply(spec: &EndpointSpec) -> Value {
    let wrapped = |name: &str, description: &str| {
        let data = json!({ "name": "data", "required": true, "shape": shape(spec.reply), "description": description });
        json!({ "type": "object", "name": name, "description": description, "fields": [data] })
    };
    match spec.reply {
        Shape::List(_) => wrapped("List", "The entries."),
        Shape::Any => wrapped("Rates", "The reply, or its `data` if there is one, with exponents expanded."),
        other => shape(other),
    }
}

fn field(field: &Field) -> Value {
    assert!(
        field.values == Values::Any || matches!(field.shape, Shape::Text),
        "{}: only a text has values",
        field.name
    );
    json!({
        "name": field.name,
        "required": field.required,
        "shape": match field.values {
            Values::Any => shape(field.shape),
            Values::Currency => json!({ "type": "currency" }),
            Values::Words(words) => json!({ "type": "word", "words": words }),
        },
        "description": field.description,
    })
}

fn parameter(parameter: &Parameter) -> Value {
    let mut json = json!({
        "name": parameter.name,
        "required": parameter.required,
        "rule": parameter.rule.as_str(),
        "example": parameter.example,
        "description": parameter.description,
    });
    if let Rule::Words(words) = parameter.rule {
        json["words"] = json!(words);
    }
    json
}

fn endpoint(spec: &&EndpointSpec) -> Value {
    json!({
        "name": spec.name,
        "description": spec.description,
        "method": spec.method.as_str(),
        "path": spec.path,
        "url": format!("{}{}", spec.host.documented_base_url(), spec.path),
        "signed": spec.signed,
        "kind": spec.kind.as_str(),
        "parameters": spec.parameters.iter().map(parameter).collect::<Vec<_>>(),
        "reply": reply(spec),
        "errors": spec.errors,
        "source": spec.source,
    })
}

fn table() -> String {
    let codes = ErrorCode::ALL.iter().map(|code| json!({ "code": code, "meaning": code.meaning() }));
    let own = Code::OWN.iter().map(|code| json!({ "code": code.as_str(), "meaning": code.meaning() }));
    let table = json!({
        "about": "Every endpoint and error code, written by tests/api_table.rs from the Rust definitions.",
        "endpoints": endpoints::ALL.iter().map(endpoint).collect::<Vec<_>>(),
        "errorCodes": codes.collect::<Vec<_>>(),
        "clientErrorCodes": own.collect::<Vec<_>>(),
        "callback": shape(&Callback::SHAPE),
    });
    let mut text = serde_json::to_string_pretty(&table).unwrap();
    text.push('\n');
    text
}

/// The beginning of docs/api.md. The counts are those of the table.
fn introduction() -> String {
    let (endpoints, codes) = (endpoints::ALL.len(), ErrorCode::ALL.len());
    let kinds = [Kind::Read, Kind::Repeatable, Kind::Creates, Kind::MovesMoney].map(|kind| {
        let sending = match kind {
            Kind::Read => "changes nothing; the clients repeat it after network faults, 429 and 5xx",
            Kind::Repeatable => "gives the same result each time; the clients repeat it like a read",
            Kind::Creates => "creates something that expires unused; repeated only if that call sets the retries",
            Kind::MovesMoney => "sent at most once",
        };
        format!("| {} | {sending} |\n", kind.as_str())
    });
    format!(
        "# The gateway's API\n\n\
         {endpoints} endpoints and {codes} error codes. `npm run generate` writes this page from the Rust definitions; do \
         not edit it.\n[api.json](../api.json) has the same for programs, and [openapi/gateway.json](../openapi/gateway.json) \
         in OpenAPI 3.1, with\nthe evidence of each field: documented, known from the CoinsPaid family, or invented.\n\n\
         A payment has no amount: the payer chooses it. No endpoint returns the state of a payment, a deposit or a \
         withdrawal:\nthe gateway reports it in [callbacks](callbacks.md), which carry your `foreign_id` and not the \
         `session_id`.\n\n\
         ## The CoinsPaid family\n\n\
         CoinsPaid, CryptoProcessing and AlphaPo document APIs with nearly the same paths, parameters, signatures and \
         callbacks as\nCitron's. This project calls them the CoinsPaid family. Citron documents its endpoints, their \
         parameters and the error codes,\nbut hardly any reply. Where a shape of Citron's is unknown, this project \
         assumes the one that the family documents. That is not\nverified for Citron, so replies are read tolerantly, \
         and each reply has its exact text as `raw`.\n\n\
         ## Kinds of calls\n\n| kind | how often it is sent |\n| --- | --- |\n{}",
        kinds.concat()
    )
}

fn page() -> String {
    let mut page = introduction();
    for spec in endpoints::ALL {
        let url = format!("{}{}", spec.host.documented_base_url(), spec.path);
        page += &format!("\n## `{}`\n\n{}\n\n", spec.name, spec.description);
        page += &format!("- `{} {url}`, {}\n", spec.method.as_str(), if spec.signed { "signed" } else { "public" });
        page += &format!("- Kind: {}\n- Source: {}\n", spec.kind.as_str(), spec.source);
        if !spec.errors.is_empty() {
            let codes: Vec<_> = spec.errors.iter().map(|code| format!("`{code}`")).collect();
            page += &format!("- Error codes (assigned to this endpoint by this project): {}\n", codes.join(", "));
        }
        if !spec.parameters.is_empty() {
            page += "\n| parameter | required | form | meaning |\n| --- | --- | --- | --- |\n";
        }
        for parameter in spec.parameters {
            let required = if parameter.required { "yes" } else { "no" };
            let form = match parameter.rule {
                Rule::Words(words) => format!("`{}`, or another text", words.join("`, `")),
                rule => rule.as_str().to_owned(),
            };
            page += &format!("| `{}` | {required} | {form} | {} |\n", parameter.name, parameter.description);
        }
    }
    page += "\n## Error codes of the gateway\n\n| code | meaning |\n| --- | --- |\n";
    for code in ErrorCode::ALL {
        page += &format!("| `{code}` | {} |\n", code.meaning());
    }
    page += "\n## Error codes of the client\n\n| code | meaning |\n| --- | --- |\n";
    for code in Code::OWN {
        page += &format!("| `{code}` | {} |\n", code.meaning());
    }
    page
}

fn check(file: &str, written: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(&path, written).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert!(committed == written, "{file} is out of date: run `npm run generate`");
}

#[test]
fn the_committed_table_matches_the_definitions() {
    check("api.json", &table());
    check("docs/api.md", &page());
}

#[test]
fn every_file_of_src_endpoints_is_in_the_table() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/endpoints");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let is_listed = endpoints::ALL.iter().any(|spec| text.contains(&format!("name: \"{}\"", spec.name)));
        assert!(is_listed || path.ends_with("mod.rs"), "{}: add it to ALL in src/endpoints/mod.rs", path.display());
    }
}

#[test]
fn the_table_covers_the_documentation() {
    let mut paths: Vec<_> = endpoints::ALL
        .iter()
        .map(|spec| format!("{} {}{}", spec.method.as_str(), spec.host.documented_base_url(), spec.path))
        .collect();
    let documented = [
        "GET https://app.citrn.io/api/ping",
        "POST https://app.citrn.io/api/balances",
        "POST https://app.citrn.io/api/addresses/take",
        "POST https://app.citrn.io/api/withdrawal/crypto",
        "POST https://app.citrn.io/api/currencies/list",
        "GET https://app.citrn.io/api/rates",
        "POST https://app.citrn.io/api/currencies/pairs",
        "POST https://app.citrn.io/api/currencies/rates",
        "POST https://app.citrn.io/api/accounts/list",
        "POST https://app.citrn.com/api/exchange/create-quota",
        "POST https://app.citrn.com/api/exchange/make-exchange",
        "POST https://app.citrn.com/api/payments/create-payment",
    ];
    // The method and URL of endpoints added later are in tests/requests/.
    paths.retain(|path| documented.contains(&path.as_str()));
    assert_eq!(paths, documented);
    assert_eq!(ErrorCode::ALL.len(), 19);
    for code in ErrorCode::ALL {
        assert_eq!(&ErrorCode::from(code.as_str()), code);
    }
    for spec in endpoints::ALL {
        assert_eq!(endpoints::by_name(spec.name).map(|found| found.path), Some(spec.path));
        assert_eq!(endpoints::by_path(spec.path).map(|found| found.name), Some(spec.name));
        assert_eq!(spec.signed, spec.method.as_str() == "POST", "{}: both GETs are public", spec.name);
    }
    // Every code has an endpoint, except for two that belong to the hosted payment page.
    let assigned = |code: &&ErrorCode| endpoints::ALL.iter().any(|spec| spec.errors.contains(code));
    let unassigned: Vec<_> = ErrorCode::ALL.iter().filter(|code| !assigned(code)).map(ErrorCode::as_str).collect();
    assert_eq!(unassigned, ["payment_not_found", "payment_expired"]);
}
