mod backfill;
mod bodies;
mod credits;
mod credits_model;
mod deliveries;
mod deposit_list;
mod erasure;
mod filters;
mod golden;
mod order;
mod plans;
mod pruning;
mod queries_model;
mod redelivery;
mod statuses;
mod stream;
mod taking;
mod traces;

use core::time::Duration;

use serde_json::{Value, json};

use super::{Arrival, object_of, schema::testing::previous};
use crate::{
    app::App,
    http::Answer,
    storage::object::{DurableObject, Object},
    testing::{self, Delivered, Scripted, Sent, TOKEN},
};

const DAY: Duration = Duration::from_secs(86_400);

fn app(platform: &Scripted) -> App<Scripted> {
    testing::app(platform, &[("CITRN_SECRET_PREVIOUS", Some("the-secret-before"))])
}

fn call(platform: &Scripted, request: Sent) -> (u16, Value, Answer) {
    let answer = platform.run(app(platform).serve(request)).0;
    (answer.status, serde_json::from_str(&answer.body).unwrap(), answer)
}

fn body(id: u32, status: &str, note: u32) -> Vec<u8> {
    format!(r#"{{"id":{id},"type":"deposit","status":"{status}","note":{note}.50}}"#).into_bytes()
}

fn store(platform: &Scripted, body: &[u8]) {
    let (status, reply, _) = call(platform, Sent::callback(body));
    assert_eq!((status, reply), (200, json!({"code": 0})));
}

fn authorized(method: &'static str, path: &str) -> Sent {
    Sent::get(&format!("https://edge.example{path}")).by(method).with("Authorization", &format!("Bearer {TOKEN}"))
}

fn list(platform: &Scripted, query: &str) -> Value {
    let (status, page, _) = call(platform, authorized("GET", &format!("/v1/callbacks{query}")));
    assert_eq!(status, 200, "{page}");
    page
}

fn ids(delivered: &[Delivered]) -> Vec<String> {
    delivered.iter().map(|one| one.headers.iter().find(|(name, _)| *name == "webhook-id").unwrap().1.clone()).collect()
}

fn data(delivered: &Delivered) -> (String, Value) {
    let payload: Value = serde_json::from_str(&delivered.body).unwrap();
    (payload["type"].as_str().unwrap().to_owned(), payload["data"].clone())
}

fn object(id: u32) -> Object {
    object_of(&id.to_string())
}
