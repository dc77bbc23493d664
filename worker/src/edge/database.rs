//! The SQLite database of a Durable Object.

use std::rc::Rc;

use worker::{SqlStorage, SqlStorageValue};

use super::transport::reason;
use crate::storage::sql::{DatabaseError, Row, Sql, Value};

/// The object's database.
#[derive(Debug, Clone)]
pub(super) struct Database(pub(super) SqlStorage);

impl Sql for Database {
    fn exec(&self, statement: &str, values: Vec<Value>) -> Result<Vec<Row>, DatabaseError> {
        let failed = |error| DatabaseError(reason(error));
        let bound: Vec<_> = values.into_iter().map(to_platform).collect();
        let cursor = self.0.exec(statement, bound).map_err(failed)?;
        let columns: Rc<[String]> = cursor.column_names().into();
        let rows = cursor.raw().map(|row| {
            let values = row.map_err(failed)?.into_iter().map(from_platform).collect();
            Ok(Row { columns: Rc::clone(&columns), values })
        });
        rows.collect()
    }
}

fn to_platform(value: Value) -> SqlStorageValue {
    match value {
        Value::Null => SqlStorageValue::Null,
        Value::Integer(integer) => SqlStorageValue::Integer(integer),
        Value::Text(text) => SqlStorageValue::String(text),
        Value::Blob(bytes) => SqlStorageValue::Blob(bytes),
    }
}

fn from_platform(value: SqlStorageValue) -> Value {
    match value {
        SqlStorageValue::Integer(integer) => Value::Integer(integer),
        SqlStorageValue::String(text) => Value::Text(text),
        SqlStorageValue::Blob(bytes) => Value::Blob(bytes),
        // No table has columns of other types.
        _ => Value::Null,
    }
}
