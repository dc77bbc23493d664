//! `POST /accounts/list`

use super::Balance;
use crate::{endpoint::endpoint, reply::List};

endpoint! {
    /// Lists the merchant's accounts with their balances, zero balances included.
    ///
    /// ```
    /// # use citrn::{endpoints::ListAccounts, parse};
    /// let accounts = parse::<ListAccounts>(200, br#"{"data":[{"currency":"EUR","balance":0.040}]}"#)?;
    /// assert_eq!(accounts[0].balance.as_str(), "0.040");
    /// # Ok::<(), citrn::Error>(())
    /// ```
    ListAccounts -> List<Balance> {
        name: "accounts.list",
        Post "/accounts/list" on Io,
        signed: true,
        kind: Read,
        source: "API Documentation / API Endpoints. Reply fields: not documented by Citron; names as in the \
            CoinsPaid family",
    }
}
