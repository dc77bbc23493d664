//! The SQLite database of a Durable Object, as little of it as the objects need.

use core::fmt;

/// A value in a row, or in the place of a `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// NULL.
    Null,
    /// An integer that JavaScript can hold exactly, up to 2^53.
    Integer(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// The database refused a statement, such as when the disk is full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed(
    /// What it says. It can name a column, and holds no value.
    pub String,
);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the database failed: {}", self.0)
    }
}

/// A database. Statements that follow each other without waiting for anything in between are carried out together or
/// not at all.
pub trait Sql {
    /// Executes one statement and gives its rows.
    ///
    /// # Errors
    /// When the database refuses it.
    fn exec(&self, statement: &str, values: Vec<Value>) -> Result<Vec<Row>, Failed>;
}

/// A row: its columns in the order of the statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row(pub Vec<Value>);

impl Row {
    /// The integer in a column; 0 when there is none.
    #[must_use]
    pub fn integer(&self, column: usize) -> i64 {
        match self.0.get(column) {
            Some(Value::Integer(integer)) => *integer,
            _ => 0,
        }
    }

    /// The text in a column, if there is one.
    #[must_use]
    pub fn text(&self, column: usize) -> Option<&str> {
        match self.0.get(column) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The bytes in a column, if there are any.
    #[must_use]
    pub fn blob(&self, column: usize) -> Option<&[u8]> {
        match self.0.get(column) {
            Some(Value::Blob(bytes)) => Some(bytes),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<i64> for Value {
    fn from(integer: i64) -> Self {
        Value::Integer(integer)
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Value::Integer(i64::from(yes))
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! The same database, natively.

    use std::rc::Rc;

    use rusqlite::{Connection, params_from_iter, types::ValueRef};

    use super::{Failed, Row, Sql, Value};

    /// A database in memory.
    #[derive(Debug, Clone)]
    pub(crate) struct Memory(Rc<Connection>);

    impl Default for Memory {
        fn default() -> Self {
            Self(Rc::new(Connection::open_in_memory().unwrap()))
        }
    }

    impl Sql for Memory {
        fn exec(&self, statement: &str, values: Vec<Value>) -> Result<Vec<Row>, Failed> {
            let failed = |error: rusqlite::Error| Failed(error.to_string());
            let mut prepared = self.0.prepare(statement).map_err(failed)?;
            let columns = prepared.column_count();
            let mut rows = prepared.query(params_from_iter(values)).map_err(failed)?;
            let mut all = Vec::new();
            while let Some(row) = rows.next().map_err(failed)? {
                let values = (0..columns).map(|column| match row.get_ref(column).unwrap() {
                    ValueRef::Null => Value::Null,
                    ValueRef::Integer(integer) => Value::Integer(integer),
                    ValueRef::Real(real) => panic!("a column holds {real}"),
                    ValueRef::Text(text) => Value::Text(String::from_utf8(text.to_vec()).unwrap()),
                    ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
                });
                all.push(Row(values.collect()));
            }
            Ok(all)
        }
    }

    impl rusqlite::ToSql for Value {
        fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
            Ok(match self {
                Value::Null => rusqlite::types::Null.into(),
                Value::Integer(integer) => (*integer).into(),
                Value::Text(text) => text.as_str().into(),
                Value::Blob(bytes) => bytes.as_slice().into(),
            })
        }
    }
}
