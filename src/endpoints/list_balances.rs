//! `POST /balances`

use crate::{
    Amount,
    endpoint::endpoint,
    reply::{List, reply},
};

endpoint! {
    /// Lists the merchant's balances: today's, or those of a past day at 23:59 UTC.
    ///
    /// ```
    /// use citrn::endpoints::ListBalances;
    /// let call = ListBalances::new().date("2026-01-31").currencies(["BTC", "USDTT"]);
    /// # use citrn::Endpoint;
    /// assert_eq!(call.fields().to_json(), r#"{"date":"2026-01-31","currencies":"BTC,USDTT"}"#);
    /// ```
    ListBalances -> List<Balance> {
        name: "balances.list",
        Post "/balances" on Io,
        signed: true,
        kind: Read,
        source: "API Documentation / API Endpoints. Reply entries: not documented by Citron; names as in the CoinsPaid \
            family (accounts/list)",
        optional: {
            /// The day in UTC, `YYYY-MM-DD`. Default: today.
            date: Date = "2026-01-31",
            /// Currency codes such as `USDT, ETH, BTC`. Default, also if empty: all. Text is sent unchanged; a list is
            /// sent as one text, joined by commas.
            currencies: Currencies = "BTC, EUR",
        },
    }
}

reply! {
    /// The balance of one currency.
    Balance {
        required: {
            /// Currency code.
            currency: String as Currency = ["currency"],
            /// The balance.
            balance: Amount = ["balance", "amount"],
        },
        optional: {
            /// `crypto` or `fiat`.
            r#type: String as Words("crypto", "fiat") = ["type"],
        },
    }
    // `{"BTC": "0.5"}` or `{"BTC": {"balance": "0.5"}}`
    keyed: ("currency", "balance"),
}
