//! `POST /currencies/pairs`

use crate::{
    Amount,
    endpoint::endpoint,
    reply::{List, reply},
};

endpoint! {
    /// Lists the pairs that can be exchanged, with the smallest amounts.
    ///
    /// ```
    /// # use citrn::{endpoints::ListPairs, parse};
    /// let from_bitcoin = ListPairs::new().currency_from("BTC");
    /// let body = br#"{"data":[{"currency_from":{"currency":"BTC","min_amount":"0.003"},"currency_to":{"currency":"EUR"}}]}"#;
    /// let pairs = parse::<ListPairs>(200, body)?;
    /// assert_eq!(pairs.data.data[0].currency_from.min_amount.as_ref().unwrap().as_str(), "0.003");
    /// # Ok::<(), citrn::Error>(())
    /// ```
    ListPairs -> List<Pair> {
        name: "currencies.pairs",
        Post "/currencies/pairs" on Io,
        signed: true,
        kind: Read,
        source: "API Documentation / API Endpoints; Integration Guide / Exchanges; the reply's fields are a sibling's",
        errors: [CoinNotFound],
        optional: {
            /// Only pairs from this currency, such as `BTC`.
            currency_from: Currency = "BTC",
            /// Only pairs to this currency, such as `EUR`.
            currency_to: Currency = "EUR",
        },
    }
}

reply! {
    /// A pair of currencies and its rate.
    Pair {
        required: {
            /// The currency that is given.
            currency_from: PairCurrency = ["currency_from"],
            /// The currency that is got.
            currency_to: PairCurrency = ["currency_to"],
        },
        optional: {
            /// Units given, `1` in the siblings.
            rate_from: Amount = ["rate_from"],
            /// Units got for them. An estimate only.
            rate_to: Amount = ["rate_to"],
        },
    }
}

reply! {
    /// One side of a pair.
    PairCurrency {
        required: {
            /// Currency code.
            currency: String as Currency = ["currency"],
        },
        optional: {
            /// `crypto` or `fiat`.
            r#type: String as Words("crypto", "fiat") = ["type"],
            /// The smallest amount that can be exchanged.
            min_amount: Amount = ["min_amount"],
            /// The smallest amount that can be deposited with exchange.
            min_amount_deposit_with_exchange: Amount = ["min_amount_deposit_with_exchange"],
        },
    }
    // A code alone.
    text: "currency",
}
