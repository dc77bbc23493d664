//! `POST /currencies/rates`

use super::Pair;
use crate::{endpoint::endpoint, reply::List};

endpoint! {
    /// Lists estimated rates of currency pairs.
    ///
    /// ```
    /// # use citrn::{endpoints::ListPairRates, parse};
    /// let one_pair = ListPairRates::new().currency_from("BTC").currency_to("EUR");
    /// let body = br#"{"data":[{"currency_from":"BTC","currency_to":"EUR","rate_from":"1","rate_to":55000.10}]}"#;
    /// let rates = parse::<ListPairRates>(200, body)?;
    /// assert_eq!(rates[0].rate_to.as_ref().unwrap().as_str(), "55000.10");
    /// # Ok::<(), citrn::Error>(())
    /// ```
    ListPairRates -> List<Pair> {
        name: "currencies.rates",
        Post "/currencies/rates" on Io,
        signed: true,
        kind: Read,
        source: "API Documentation / API Endpoints. Reply fields: not documented by Citron; names as in the \
            CoinsPaid family",
        errors: [CoinNotFound],
        optional: {
            /// Only pairs from this currency, such as `BTC`.
            currency_from: Currency = "BTC",
            /// Only pairs to this currency, such as `EUR`.
            currency_to: Currency = "EUR",
        },
    }
}
