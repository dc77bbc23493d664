//! Data stored by the first version of the checkout still works.

use super::*;
use crate::storage::{
    object::Object,
    sql::{Sql, Value as Cell},
};

const FIXTURE: &str = include_str!("../../../../tests/worker/fixtures/checkout-1.json");

/// Returns a platform with the data of the fixture, and the URL of its link.
fn stored() -> (Scripted, String) {
    let fixture: Value = serde_json::from_str(FIXTURE).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let platform = gateway(&[]);
    platform.pass(Duration::from_secs(100_000));
    let now = i64::try_from(platform.clock().as_millis()).unwrap();
    let began = now - fixture["began_ms_ago"].as_i64().unwrap();
    let object = |namespace, shard: &Value| {
        let shard = shard.as_str().unwrap().strip_prefix("shard-").unwrap().parse().unwrap();
        platform.database(Object { namespace, shard })
    };
    let run = |sql: &dyn Sql, statement: &str, values: Vec<Cell>| drop(sql.exec(statement, values).unwrap());
    let links = object(Namespace::Checkout, &fixture["shard"]);
    for statement in fixture["schema"].as_array().unwrap() {
        run(&links, statement.as_str().unwrap(), vec![]);
    }
    let key = text(&fixture["link"]["key"]);
    let end = now + 3_600_000;
    let row =
        vec![key.clone().into(), text(&fixture["link"]["link"]).into(), end.into(), began.into(), (end * 2).into()];
    run(&links, "INSERT INTO links (key, link, expires_at, began_at, forgotten_at) VALUES (?, ?, ?, ?, ?)", row);
    for session in fixture["sessions"].as_array().unwrap() {
        let row = vec![key.clone().into(), text(&session["coin"]).into(), text(&session["way"]).into(), began.into()];
        run(&links, "INSERT INTO sessions (key, coin, way, number, began_at) VALUES (?, ?, ?, 1, ?)", row);
    }
    let row = vec![key.into(), text(&fixture["address"]["key"]).into()];
    run(&links, "INSERT INTO addresses (key, address) VALUES (?, ?)", row);
    for stored in fixture["keys"].as_array().unwrap() {
        let keys = object(Namespace::Idempotency, &stored["shard"]);
        for statement in fixture["keys_schema"].as_array().unwrap() {
            run(&keys, statement.as_str().unwrap(), vec![]);
        }
        let [scope, fingerprint, outcome] =
            ["scope", "fingerprint", "outcome"].map(|name| Cell::from(text(&stored[name])));
        let row = vec![scope, fingerprint, outcome, began.into(), (began + 86_400_000).into()];
        let insert =
            "INSERT INTO keys (scope, fingerprint, outcome, unknown_until, forgotten_at) VALUES (?, ?, ?, ?, ?)";
        run(&keys, insert, row);
    }
    (platform, format!("{ORIGIN}/c/{}", text(&fixture["token"])))
}

#[test]
fn a_stored_link_opens_all_its_pages() {
    let (platform, url) = stored();
    let page = send(&platform, get(&url));
    assert!(page.status == 200 && page.body.contains("USDT on Tron"), "{}", page.body);
    send(&platform, deposit(1, "not_confirmed", r#","foreign_id":"user-17","address":"T1""#));
    send(&platform, deposit(2, "not_confirmed", r#","address":"bc1qstored""#));
    let page = send(&platform, get(&format!("{url}/status?session=s-stored")));
    assert_eq!((page.status, page.body.matches("<section").count()), (200, 2), "{}", page.body);
    assert!(page.body.contains("start again") && page.body.contains("Show the deposit address again"));
}

#[test]
fn a_stored_redirect_session_makes_a_new_call_with_the_status_token() {
    let (platform, url) = stored();
    platform.then(&[CREATED]);
    for _ in 0..2 {
        let page = send(&platform, pay(&url, "coin=USDTT&mode=redirect"));
        assert!(page.status == 200 && page.body.contains("https://pay.example/s-1"), "{}", page.body);
    }
    assert_eq!(platform.seen().len(), 1);
    assert!(!sent_return_url(&platform).contains(url.strip_prefix(ORIGIN).unwrap()));
    assert_eq!(send(&platform, get(&sent_return_url(&platform))).status, 200);
}

#[test]
fn a_stored_address_session_continues_without_a_call() {
    let (platform, url) = stored();
    for form in ["coin=BTC&mode=address", "coin=BTC&mode=address&again=1"] {
        let page = send(&platform, pay(&url, form));
        assert!(page.status == 200 && page.body.contains("bc1qstored"), "{}", page.body);
    }
    assert_eq!(platform.seen().len(), 0);
}
