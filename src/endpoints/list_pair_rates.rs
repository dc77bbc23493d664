//! `POST /currencies/rates`

use super::Pair;
use crate::{endpoint::endpoint, reply::List};

endpoint! {
    /// Lists the rates of pairs. The rates are estimates.
    ListPairRates -> List<Pair> {
        name: "currencies.rates",
        Post "/currencies/rates" on Io,
        signed: true,
        kind: Read,
        source: "API Documentation / API Endpoints; the reply's fields are a sibling's",
        errors: [CoinNotFound],
        required: {},
        optional: {
            /// Only pairs from this currency, such as `BTC`.
            currency_from: Text,
            /// Only pairs to this currency, such as `EUR`.
            currency_to: Text,
        },
    }
}
