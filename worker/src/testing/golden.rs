//! Golden files: the exact messages between the Worker and its Durable Objects, and the exact stored rows.
//!
//! During a deployment, old and new versions exchange messages in both directions, and rows outlive their version.
//! So a line of a golden file never changes. New lines are added for a new field or variant.

use core::fmt::Write as _;

use serde::{Serialize, de::DeserializeOwned};

use super::Scripted;
use crate::storage::{
    object::{Namespace, Object},
    sql::Sql,
};

/// Checks that the values serialise to the lines of a file, and that these lines deserialise.
#[track_caller]
pub(crate) fn check<T: Serialize + DeserializeOwned>(file: &str, values: &[T]) {
    let written: Vec<String> = values.iter().map(write).collect();
    assert_eq!(written, file.lines().collect::<Vec<_>>());
    for line in file.lines() {
        assert_eq!(write(&serde_json::from_str::<T>(line).unwrap()), line);
    }
}

/// Checks that the first text of each pair deserializes like the second one.
#[track_caller]
pub(crate) fn check_leniency<T: Serialize + DeserializeOwned>(pairs: &[(&str, &str)]) {
    for (lenient, strict) in pairs {
        assert_eq!(write(&serde_json::from_str::<T>(lenient).unwrap()), *strict, "{lenient}");
    }
}

fn write(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

/// Returns the rows of a class of objects as statements, one per line, below the names of the objects.
pub(crate) fn dump(platform: &Scripted, namespace: Namespace, tables: &[&str]) -> String {
    let mut dumped = String::new();
    for shard in 0..namespace.shards() {
        let object = Object { namespace, shard };
        drop(platform.object(object));
        let rows = rows(&platform.database(object), tables);
        if !rows.is_empty() {
            writeln!(dumped, "-- {}\n{rows}", object.name()).unwrap();
        }
    }
    dumped
}

fn rows(sql: &impl Sql, tables: &[&str]) -> String {
    let texts = |statement: &str| -> Vec<String> {
        sql.exec(statement, vec![]).unwrap().iter().map(|row| row.get("text").unwrap()).collect()
    };
    let mut rows = String::new();
    for table in tables {
        let columns = texts(&format!("SELECT name AS text FROM pragma_table_info('{table}') ORDER BY cid"));
        let quoted: Vec<String> = columns.iter().map(|column| format!("quote({column})")).collect();
        for row in texts(&format!("SELECT {} AS text FROM {table}", quoted.join(" || ', ' || "))) {
            writeln!(rows, "INSERT INTO {table} ({}) VALUES ({row});", columns.join(", ")).unwrap();
        }
    }
    rows
}

/// Inserts the rows of a file into their objects, and sets alarms that fire immediately.
pub(crate) fn load(platform: &Scripted, namespace: Namespace, file: &str) {
    for part in file.split_terminator("\n\n") {
        let (name, rows) = part.split_once('\n').unwrap();
        let object = Object { namespace, shard: name.strip_prefix("-- shard-").unwrap().parse().unwrap() };
        drop(platform.object(object));
        for row in rows.lines() {
            platform.database(object).exec(row, vec![]).unwrap();
        }
        platform.set_alarm(object, 0);
    }
}
