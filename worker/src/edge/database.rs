//! The SQLite database of a Durable Object.

use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use worker::worker_sys::SqlStorage;

use super::transport::describe;
use crate::storage::sql::{Failed, Row, Sql, Value};

/// The object's database.
#[derive(Debug, Clone)]
pub(super) struct Database(pub(super) SqlStorage);

impl Sql for Database {
    fn exec(&self, statement: &str, values: Vec<Value>) -> Result<Vec<Row>, Failed> {
        let bound: Array = values.into_iter().map(written).collect();
        let failed = |error: JsValue| Failed(describe(&error));
        let cursor = self.0.exec(statement, bound).map_err(failed)?;
        let columns: Rc<[String]> = cursor.column_names().iter().filter_map(|name| name.as_string()).collect();
        let rows = cursor.raw();
        let mut all = Vec::new();
        loop {
            let step = rows.next().map_err(failed)?;
            if step.done() {
                return Ok(all);
            }
            let values = step.value().unchecked_into::<Array>().iter().map(read).collect();
            all.push(Row { columns: Rc::clone(&columns), values });
        }
    }
}

fn written(value: Value) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        // Exact: what is stored stays below 2^53.
        Value::Integer(integer) => JsValue::from_f64(integer as f64),
        Value::Text(text) => JsValue::from_str(&text),
        Value::Blob(bytes) => Uint8Array::from(bytes.as_slice()).into(),
    }
}

fn read(value: JsValue) -> Value {
    if let Some(text) = value.as_string() {
        return Value::Text(text);
    }
    match value.as_f64() {
        Some(number) => Value::Integer(number as i64),
        None if value.is_object() => Value::Blob(Uint8Array::new(&value).to_vec()),
        None => Value::Null,
    }
}
