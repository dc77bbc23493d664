//! `POST /currencies/pairs`

use crate::{
    Amount,
    endpoint::endpoint,
    reply::{List, reply},
};

endpoint! {
    /// Lists the currency pairs that can be exchanged, with minimum amounts.
    ///
    /// ```
    /// # use citrn::{endpoints::ListPairs, parse};
    /// let from_bitcoin = ListPairs::new().currency_from("BTC");
    /// let body = br#"{"data":[{"currency_from":{"currency":"BTC","min_amount":"0.003"},"currency_to":"EUR"}]}"#;
    /// let pairs = parse::<ListPairs>(200, body)?;
    /// assert_eq!(pairs[0].currency_from.min_amount.as_ref().unwrap().as_str(), "0.003");
    /// # Ok::<(), citrn::Error>(())
    /// ```
    ListPairs -> List<Pair> {
        name: "currencies.pairs",
        Post "/currencies/pairs" on Io,
        signed: true,
        kind: Read,
        source: "API Documentation / API Endpoints; Integration Guide / Exchanges. Reply fields: not \
            documented by Citron; names as in the CoinsPaid family",
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
            /// The currency to give.
            currency_from: PairCurrency = ["currency_from"],
            /// The currency to receive.
            currency_to: PairCurrency = ["currency_to"],
        },
        optional: {
            /// Units given; `1` in the CoinsPaid family.
            rate_from: Amount = ["rate_from"],
            /// Units received for them, an estimate.
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
    // An entry may be just the currency code.
    text: "currency",
}
