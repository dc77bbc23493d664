//! `POST /currencies/list`

use crate::{
    Amount,
    endpoint::endpoint,
    reply::{List, reply},
};

endpoint! {
    /// Lists the currencies of the gateway.
    ///
    /// ```
    /// # use citrn::{endpoints::ListCurrencies, parse};
    /// let crypto_only = ListCurrencies::new().r#type("crypto");
    /// let body = br#"{"data":[{"currency":"USDTT","minimum_amount":"2.00000000"}]}"#;
    /// let currencies = parse::<ListCurrencies>(200, body)?;
    /// assert_eq!(currencies[0].minimum_amount.as_ref().unwrap().as_str(), "2.00000000");
    /// # Ok::<(), citrn::Error>(())
    /// ```
    ListCurrencies -> List<Currency> {
        name: "currencies.list",
        Post "/currencies/list" on Io,
        signed: true,
        kind: Read,
        source: "API Documentation / API Endpoints. Reply fields: not documented by Citron; names as in the \
            CoinsPaid family",
        optional: {
            /// `crypto` or `fiat`; both when left out.
            r#type: Words("crypto", "fiat") = "crypto",
        },
    }
}

reply! {
    /// A currency.
    Currency {
        required: {
            /// Currency code.
            currency: String as Currency = ["currency"],
        },
        optional: {
            /// The gateway's id of the currency.
            id: String = ["id"],
            /// `crypto` or `fiat`.
            r#type: String as Words("crypto", "fiat") = ["type"],
            /// The smallest amount that is processed.
            minimum_amount: Amount = ["minimum_amount"],
            /// Fee on deposits, as a fraction: `0.010000` is 1 %.
            deposit_fee_percent: Amount = ["deposit_fee_percent"],
            /// Fee on withdrawals, as a fraction.
            withdrawal_fee_percent: Amount = ["withdrawal_fee_percent"],
            /// Decimals of an amount.
            precision: u64 = ["precision"],
        },
    }
}
