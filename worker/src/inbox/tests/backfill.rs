//! Events of earlier versions, whose columns are filled from their bodies.

use super::{Arrival, DAY, Scripted, Sent, authorized, body, call, ids, list, object, previous, store};
use crate::{
    inbox::{event::key_of, schema},
    storage::{schema::upgrade, sql::Sql},
};

/// Bodies of withdrawals in one object, as an earlier version stored them. Every tenth is erased.
const STORED: u32 = 1_201;

fn withdrawal(number: u32) -> String {
    format!(r#"{{"id":17,"type":"withdrawal","status":"confirmed","foreign_id":"payout-{number}"}}"#)
}

fn inbox_of_the_previous_version() -> Scripted {
    let platform = Scripted::default();
    let database = platform.database(object(17));
    previous(&database);
    for number in 0..STORED {
        let arrival = Arrival::of(withdrawal(number).as_bytes());
        let text = if number % 10 == 0 { None } else { Some(withdrawal(number)) };
        database
            .exec(
                "INSERT INTO events (id, digest, transaction_key, callback_id, status, is_final, kind, superseded, \
                 body, received_at, state, attempts, next_at) VALUES (?, ?, ?, '17', 'confirmed', 1, \
                 'callback.amended', 0, CAST(? AS BLOB), 5, 'delivered', 1, 5)",
                vec![
                    format!("evt_{number}").into(),
                    arrival.digest.into(),
                    citrn::hex::encode(&key_of("17")).into(),
                    text.into(),
                ],
            )
            .unwrap();
    }
    platform
}

#[test]
fn stored_events_are_filled_a_bounded_number_per_alarm_and_then_found() {
    let platform = inbox_of_the_previous_version();
    // An answer that misses events would be wrong.
    for request in [
        authorized("GET", "/v1/callbacks?foreign_id=payout-881"),
        authorized("GET", "/v1/callbacks?type=withdrawal"),
        authorized("GET", "/v1/deposits?foreign_id=payout-881"),
        Sent::post("/v1/callbacks/redeliver", r#"{"foreign_id":"payout-881"}"#),
    ] {
        let (status, reply, _) = call(&platform, request);
        assert_eq!((status, &reply["code"], &reply["retryable"]), (503, &"storage_unavailable".into(), &true.into()));
    }
    assert_eq!(list(&platform, "?limit=100")["data"].as_array().unwrap().len(), 100);
    let unfilled = || -> i64 {
        let rows = platform.database(object(17)).exec(
            "SELECT count(*) AS unfilled FROM events WHERE body IS NOT NULL AND transaction_type IS NULL",
            vec![],
        );
        rows.unwrap()[0].get("unfilled").unwrap()
    };
    let bodies = 1_080;
    assert_eq!(unfilled(), bodies);
    let shard = platform.inbox(object(17));
    for left in [bodies - 450, bodies - 900, 0, 0] {
        platform.run(shard.run_due_work());
        assert_eq!(unfilled(), left);
    }
    for (number, found) in [(881, 1), (1_200, 0), (1_199, 1)] {
        let page = list(&platform, &format!("?foreign_id=payout-{number}"));
        assert_eq!(page["data"].as_array().unwrap().len(), found, "{number}");
    }
}

#[test]
fn an_erased_body_stays_erased_while_events_are_filled() {
    let platform = inbox_of_the_previous_version();
    list(&platform, "");
    assert_eq!(call(&platform, authorized("DELETE", "/v1/callbacks/17")).0, 200);
    platform.alarms_until(DAY);
    store(&platform, withdrawal(881).as_bytes());
    assert_eq!(list(&platform, "?foreign_id=payout-881")["data"].as_array().unwrap().len(), 0);
    let bodies = platform.database(object(17)).exec("SELECT id FROM events WHERE body IS NOT NULL", vec![]).unwrap();
    assert_eq!(bodies.len(), 0);
}

#[test]
fn a_database_of_the_previous_version_is_migrated_with_all_its_rows() {
    let platform = Scripted::default();
    let arrival = Arrival::of(&body(17, "confirmed", 1));
    let database = platform.database(arrival.object());
    previous(&database);
    database
        .exec(
            "INSERT INTO events (id, digest, transaction_key, callback_id, status, is_final, kind, superseded, body, \
             received_at, state, attempts, next_at) \
             VALUES ('evt_1', ?, ?, '17', 'confirmed', 1, 'callback.received', 0, CAST('{\"id\":17}' AS BLOB), 5, 'pending', 2, 5)",
            vec![arrival.digest.as_str().into(), citrn::hex::encode(&key_of("17")).into()],
        )
        .unwrap();
    store(&platform, &body(17, "confirmed", 1));
    platform.alarms_until(DAY);
    let delivered = platform.delivered();
    assert_eq!(ids(&delivered), ["evt_1"]);
    let page = list(&platform, "");
    assert_eq!(page["data"].as_array().unwrap().len(), 1);
    assert_eq!(page["data"][0]["delivery"]["attempts"], 3);
    platform.crash();
    assert_eq!(list(&platform, "")["data"], page["data"]);
    database.exec("INSERT INTO schema_version (version) VALUES (99)", vec![]).unwrap();
    let newer = upgrade(&database, schema::STEPS).unwrap_err();
    assert!(newer.to_string().contains("deploy a newer one"), "{newer}");
}
