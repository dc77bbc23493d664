//! `POST /addresses/take`

use crate::{endpoint::endpoint, reply::reply};

endpoint! {
    /// Returns the deposit address of a customer. The same `foreign_id` and currency always give the same address.
    ///
    /// ```
    /// use citrn::endpoints::TakeAddress;
    /// let call = TakeAddress::new("user-17", "BTC").convert_to("EUR");
    /// # use citrn::Endpoint;
    /// assert_eq!(
    ///     call.fields().to_json(),
    ///     r#"{"foreign_id":"user-17","currency":"BTC","convert_to":"EUR"}"#,
    /// );
    /// ```
    TakeAddress -> Address {
        name: "addresses.take",
        Post "/addresses/take" on Io,
        signed: true,
        kind: Repeatable,
        takes extra,
        source: "API Documentation / API Endpoints; `convert_to` from Payment Flows. Reply fields: `memo` from \
            Callback Examples, the others not documented by Citron; names as in the CoinsPaid family",
        errors: [CoinNotFound, NetworkNotFound, CoinNotSupported, NetworkNotAvailable],
        required: {
            /// The merchant's id of the customer. 1 to 255 visible characters, without white space around them.
            foreign_id: ForeignId = "user-17",
            /// Currency code with its network, such as `USDTT` (USDT on Tron).
            currency: Currency = "USDTT",
        },
        optional: {
            /// Currency into which deposits are exchanged, such as `EUR`.
            convert_to: Currency = "EUR",
        },
    }
}

reply! {
    /// A deposit address.
    Address {
        required: {
            /// The address to show to the payer.
            address: String = ["address"],
        },
        optional: {
            /// The gateway's id of the address.
            id: String = ["id"],
            /// Currency code.
            currency: String as Currency = ["currency"],
            /// Destination tag. If there is one, the payer must include it, or the money is lost.
            memo: String = ["memo", "tag"],
            /// The merchant's id of the customer.
            foreign_id: String = ["foreign_id"],
            /// Currency into which deposits are exchanged.
            convert_to: String as Currency = ["convert_to"],
        },
    }
    plain: &["address", "memo"],
    echoes: &["foreign_id", "currency"],
}
