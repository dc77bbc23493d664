//! The SQLite database of a Durable Object.

use core::fmt;
use std::rc::Rc;

/// A value of a column or of a parameter.
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

/// The error of a database that refuses a statement, for example because its disk is full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseError(
    /// The message. It may name a column, but contains no value.
    pub String,
);

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the database failed: {}", self.0)
    }
}

/// A database. Statements without an await between them form one transaction.
pub trait Sql {
    /// Executes one statement and returns its rows.
    ///
    /// # Errors
    /// When the database refuses it.
    fn exec(&self, statement: &str, values: Vec<Value>) -> Result<Vec<Row>, DatabaseError>;
}

/// A row.
#[derive(Debug, Clone)]
pub struct Row {
    /// The names of the columns.
    pub columns: Rc<[String]>,
    /// Their values, in the same order.
    pub values: Vec<Value>,
}

impl Row {
    /// Reads a column.
    ///
    /// # Errors
    /// When there is no such column, or its value has another type.
    pub fn get<'a, T: FromValue<'a>>(&'a self, column: &str) -> Result<T, DatabaseError> {
        let value = self.columns.iter().zip(&self.values).find(|(name, _)| *name == column);
        value
            .and_then(|(_, value)| T::from_value(value))
            .ok_or_else(|| DatabaseError(format!("the column {column} is missing or has another type")))
    }
}

/// A type that a column can be read into. `Option` is for nullable columns.
pub trait FromValue<'a>: Sized {
    /// Converts a value, unless it has another type.
    fn from_value(value: &'a Value) -> Option<Self>;
}

impl FromValue<'_> for i64 {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Integer(integer) = value { Some(*integer) } else { None }
    }
}

impl FromValue<'_> for bool {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).map(|integer| integer != 0)
    }
}

impl<'a> FromValue<'a> for &'a str {
    fn from_value(value: &'a Value) -> Option<Self> {
        if let Value::Text(text) = value { Some(text) } else { None }
    }
}

impl FromValue<'_> for String {
    fn from_value(value: &Value) -> Option<Self> {
        <&str>::from_value(value).map(str::to_owned)
    }
}

impl<'a> FromValue<'a> for &'a [u8] {
    fn from_value(value: &'a Value) -> Option<Self> {
        if let Value::Blob(bytes) = value { Some(bytes) } else { None }
    }
}

impl<'a, T: FromValue<'a>> FromValue<'a> for Option<T> {
    fn from_value(value: &'a Value) -> Option<Self> {
        if *value == Value::Null { Some(None) } else { T::from_value(value).map(Some) }
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
    //! A native SQLite database.

    use std::rc::Rc;

    use rusqlite::{Connection, params_from_iter, types::ValueRef};

    use super::{DatabaseError, Row, Sql, Value};

    /// A database in memory.
    #[derive(Debug, Clone)]
    pub(crate) struct Memory(Rc<Connection>);

    impl Default for Memory {
        fn default() -> Self {
            Self(Rc::new(Connection::open_in_memory().unwrap()))
        }
    }

    impl Sql for Memory {
        fn exec(&self, statement: &str, values: Vec<Value>) -> Result<Vec<Row>, DatabaseError> {
            let failed = |error: rusqlite::Error| DatabaseError(error.to_string());
            let mut prepared = self.0.prepare(statement).map_err(failed)?;
            let columns: Rc<[String]> = prepared.column_names().map(str::to_owned).collect();
            let mut rows = prepared.query(params_from_iter(values)).map_err(failed)?;
            let mut all = Vec::new();
            while let Some(row) = rows.next().map_err(failed)? {
                let values = (0..columns.len()).map(|column| match row.get_ref(column).unwrap() {
                    ValueRef::Null => Value::Null,
                    ValueRef::Integer(integer) => Value::Integer(integer),
                    ValueRef::Real(real) => panic!("a column holds {real}"),
                    ValueRef::Text(text) => Value::Text(String::from_utf8(text.to_vec()).unwrap()),
                    ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
                });
                all.push(Row { columns: Rc::clone(&columns), values: values.collect() });
            }
            Ok(all)
        }
    }

    #[test]
    fn columns_are_read_by_name_and_a_wrong_name_or_type_is_an_error() {
        let rows = Memory::default().exec("SELECT 7 AS a, 'x' AS b, NULL AS c, x'ff' AS d", vec![]).unwrap();
        let row = &rows[0];
        assert_eq!((row.get("a"), row.get("a"), row.get("b")), (Ok(7_i64), Ok(true), Ok("x")));
        assert_eq!((row.get("c"), row.get("a"), row.get("d")), (Ok(None::<i64>), Ok(Some(7_i64)), Ok(&b"\xff"[..])));
        assert!(row.get::<i64>("b").is_err() && row.get::<i64>("c").is_err() && row.get::<&str>("e").is_err());
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
