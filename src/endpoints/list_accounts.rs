//! `POST /accounts/list`

use super::Balance;
use crate::{endpoint::endpoint, reply::List};

endpoint! {
    /// Lists the merchant's accounts with their balances, zero balances included.
    ListAccounts -> List<Balance> {
        name: "accounts.list",
        Post "/accounts/list" on Io,
        signed: true,
        kind: Read,
        source: "API Documentation / API Endpoints; the reply's fields are a sibling's",
        errors: [],
        required: {},
        optional: {},
    }
}
