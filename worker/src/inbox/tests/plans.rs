//! The query plans of an object's statements: none has a cost that grows with other customers' events.

use core::cell::RefCell;
use std::rc::Rc;

use serde_json::json;

use super::{DurableObject, Scripted, body};
use crate::{
    inbox::{Arrival, DepositQuery, ListQuery, Request, schema::STEPS, settings::Inbox, shard::Shard},
    storage::{
        schema::upgrade,
        sql::{DatabaseError, Row, Sql, Value, testing::Memory},
    },
    testing::app,
};

/// A database that notes the plan of each statement on its events.
#[derive(Clone, Default)]
struct Explained {
    database: Memory,
    plans: Rc<RefCell<Vec<Plan>>>,
}

/// A statement and the steps of its plan.
type Plan = (String, Vec<String>);

impl Sql for Explained {
    fn exec(&self, statement: &str, values: Vec<Value>) -> Result<Vec<Row>, DatabaseError> {
        if statement.contains(" events ") && !statement.starts_with("ALTER") && !statement.starts_with("CREATE") {
            let plan = explain(&self.database, statement, values.clone());
            self.plans.borrow_mut().push((statement.to_owned(), plan));
        }
        self.database.exec(statement, values)
    }
}

fn explain(database: &Memory, statement: &str, values: Vec<Value>) -> Vec<String> {
    let rows = database.exec(&format!("EXPLAIN QUERY PLAN {statement}"), values).unwrap();
    rows.iter().map(|row| row.get("detail").unwrap()).collect()
}

fn query(list: &str, filters: &str) -> ListQuery {
    let filters = filters.split('&').filter(|filter| !filter.is_empty()).map(str::to_owned).collect();
    ListQuery { list: list.to_owned(), after: 0, limit: 9, filters }
}

#[test]
fn each_filter_searches_its_own_index_and_only_few_events_are_sorted() {
    let database = Memory::default();
    upgrade(&database, STEPS).unwrap();
    let (place, sorted) = ("INDEX events_by_place (<expr>>?)", true);
    for (list, filters, search, is_sorted) in [
        ("receipt", "", "INTEGER PRIMARY KEY (rowid>? AND rowid<?)", false),
        ("receipt", "callback_id=17", "INDEX events_of_transaction (transaction_key=? AND seq>? AND seq<?)", false),
        ("receipt", "foreign_id=c", "INDEX events_of_customer (customer_key=? AND rowid>? AND rowid<?)", false),
        ("receipt", "type=withdrawal", "INDEX events_of_type (transaction_type=? AND rowid>? AND rowid<?)", false),
        ("receipt", "state=delivered", "INDEX events_of_state (state=? AND rowid>? AND rowid<?)", false),
        ("receipt", "type=withdrawal&state=parked", "INDEX events_of_state", false),
        ("receipt", "type=withdrawal&state=delivered", "INDEX events_of_type", false),
        ("receipt", "type=deposit&foreign_id=c", "INDEX events_of_customer", false),
        ("delivery", "", place, false),
        ("delivery", "type=withdrawal", place, false),
        ("delivery", "state=delivered", place, false),
        ("delivery", "callback_id=17", "INDEX events_of_transaction", sorted),
        ("delivery", "foreign_id=c", "INDEX events_of_customer", sorted),
        ("delivery", "state=parked", "INDEX events_of_state", sorted),
    ] {
        let query = query(list, &format!("since=1&until=2&{filters}"));
        let (statement, values) = query.events("id").unwrap();
        let plan = explain(&database, &statement, values);
        assert!(plan[0].starts_with("SEARCH events USING ") && plan[0].contains(search), "{query:?}: {plan:#?}");
        assert_eq!(plan.iter().any(|step| step.contains("TEMP B-TREE")), is_sorted, "{query:?}: {plan:#?}");
        assert!(!plan.iter().any(|step| step.starts_with("SCAN events")), "{query:?}: {plan:#?}");
    }
}

#[test]
fn no_statement_of_an_object_scans_all_events() {
    let platform = Scripted::default();
    let database = Explained::default();
    upgrade(&database.database, STEPS).unwrap();
    for webhook in [None, platform.inbox(super::object(17)).settings.webhook.clone()] {
        let settings = Inbox { webhook, ..Inbox::default() };
        let listener = app(&platform, &[]).deposit_listener();
        let shard = Rc::new(Shard::open(platform.clone(), settings, database.clone(), listener).unwrap());
        let (customer, addresses, elsewhere_until, listener) = ("c".into(), vec![], Some(1), Some(1));
        let of_customer = DepositQuery { customer, addresses, since: 0, elsewhere_until, listener };
        for request in [
            Request::Store(Arrival::of(&body(17, "not_confirmed", 1))),
            Request::Store(Arrival::of(&body(17, "confirmed", 1))),
            query("receipt", "").into(),
            query("delivery", "foreign_id=c").into(),
            query("deposits", "foreign_id=c&since=1&state=seen").into(),
            query("deposits", "address=a").into(),
            Request::Deposits(of_customer),
            Request::Redeliver("17".into()),
            Request::Parked(()),
        ] {
            let answer = platform.run(Rc::clone(&shard).answer(json!(request).to_string())).unwrap();
            assert!(!answer.contains("Failed"), "{answer}");
            shard.new_alarm().unwrap();
        }
        platform.run(shard.work());
        platform.run(Rc::clone(&shard).answer(json!(Request::Erase("17".into())).to_string())).unwrap();
    }
    // A scan of a partial index ends after its first rows.
    let partial = ["events_with_body_by_state", "events_pending"];
    let plans = database.plans.borrow();
    assert!(plans.len() > 30, "{}", plans.len());
    for (statement, plan) in plans.iter() {
        for step in plan.iter().filter(|step| step.starts_with("SCAN events")) {
            assert!(partial.iter().any(|index| step.ends_with(index)), "{step}: {statement}");
        }
    }
}
