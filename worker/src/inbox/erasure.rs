//! `DELETE /v1/callbacks?foreign_id=`: erases a customer.

use super::{
    Reply, Request,
    handlers::Erased,
    message::{call_each, to_all, unexpected},
    pages::filter,
    shard::Shard,
};
use crate::{
    app::Context,
    bindings::Runtime,
    http::{Answer, Incoming, Problem, query},
    storage::sql::{DatabaseError, Sql},
};

/// The maximum number of transactions that an object erases at a time: it answers no request meanwhile.
const ERASE_LIMIT: u32 = 500;

/// Erases a customer: drops the bodies of all transactions that have an event with the `foreign_id`.
pub async fn erase<P: Runtime, R: Incoming>(context: &mut Context<'_, P, R>) -> Result<Answer, Problem> {
    let query = query::read(context.request.url(), &["foreign_id"])?;
    let key = filter("foreign_id", query.required("foreign_id")?, &[])?;
    let (mut erased, mut is_over): (u32, bool) = (0, false);
    while !is_over {
        is_over = true;
        for (_, reply) in call_each(&context.app.platform, to_all(|| Request::EraseCustomer(key.clone()))).await? {
            let Reply::Found(transactions, bodies) = reply else { return Err(unexpected()) };
            erased = erased.saturating_add(bodies);
            is_over &= transactions < ERASE_LIMIT;
        }
    }
    Answer::json(200, &Erased { erased })
}

impl<P: Runtime, S: Sql> Shard<P, S> {
    /// Drops the bodies of transactions of a customer, at most [`ERASE_LIMIT`]. Returns the number of transactions, and
    /// of the bodies.
    pub(super) fn erase_customer(&self, key: &str) -> Result<(u32, u32), DatabaseError> {
        self.check_backfill()?;
        let transactions = self.sql.exec(
            "SELECT DISTINCT transaction_key FROM events INDEXED BY events_of_customer WHERE customer_key = ? LIMIT ?",
            vec![key.into(), i64::from(ERASE_LIMIT).into()],
        )?;
        let (mut found, mut erased): (u32, u32) = (0, 0);
        for row in &transactions {
            let key: &str = row.get("transaction_key")?;
            found = found.saturating_add(1);
            erased = erased.saturating_add(self.erase(("transaction_key", key.into()))?.1);
        }
        Ok((found, erased))
    }
}
