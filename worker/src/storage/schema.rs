//! Schema migrations of the Durable Objects.

use super::sql::{DatabaseError, Sql};

/// The statements of each migration, starting from an empty database. A deployed migration never changes.
pub type Steps = [&'static [&'static str]];

/// Migrates a database to the latest version. Without an await, a crash leaves the previous version.
///
/// # Errors
/// When the database refuses, or has a newer version than this Worker supports.
pub fn upgrade(sql: &impl Sql, steps: &Steps) -> Result<(), DatabaseError> {
    sql.exec("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)", vec![])?;
    let rows = sql.exec("SELECT coalesce(max(version), 0) AS version FROM schema_version", vec![])?;
    let version: i64 = rows.first().map_or(Ok(0), |row| row.get("version"))?;
    let Some(missing) = usize::try_from(version).ok().and_then(|version| steps.get(version..)) else {
        let latest = steps.len();
        return Err(DatabaseError(format!(
            "it has schema version {version}, but this Worker supports versions up to {latest}: deploy a newer one"
        )));
    };
    for (number, step) in (version.saturating_add(1)..).zip(missing) {
        for statement in *step {
            sql.exec(statement, vec![])?;
        }
        sql.exec("INSERT INTO schema_version (version) VALUES (?)", vec![number.into()])?;
    }
    Ok(())
}
