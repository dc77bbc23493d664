//! `POST /payments/create-payment`

use crate::{endpoint::endpoint, reply::reply};

endpoint! {
    /// Creates a redirect payment: the payer goes to `redirect_url`, pays there, and returns to `return_url`.
    ///
    /// A payment has no amount: the payer chooses it. Credit the amount that the deposit callback reports. A payment,
    /// deposit or withdrawal cannot be looked up later, and callbacks carry `foreign_id` but not `session_id`, so use
    /// one `foreign_id` per order to distinguish orders.
    ///
    /// ```
    /// use citrn::endpoints::CreatePayment;
    /// let call = CreatePayment::new("user-17", "USDTT", "https://shop.example/thanks");
    /// # use citrn::Endpoint;
    /// assert_eq!(
    ///     call.fields().to_json(),
    ///     r#"{"foreign_id":"user-17","coin_name":"USDTT","return_url":"https://shop.example/thanks"}"#,
    /// );
    /// ```
    CreatePayment -> Payment {
        name: "payments.create",
        Post "/payments/create-payment" on Com,
        signed: true,
        kind: Creates,
        takes extra,
        source: "API Documentation / API Endpoints, which mentions a session id and a redirect URL, but not their \
            names in JSON",
        errors: [CoinNotFound, CoinNotSupported],
        required: {
            /// The merchant's id of the order or the customer, which the deposit callback repeats. 1 to 255 visible
            /// characters, without white space around them.
            foreign_id: ForeignId = "user-17",
            /// Currency code, such as `USDTT` (USDT on Tron).
            coin_name: Currency = "USDTT",
            /// The page to which the payer returns: an absolute http or https URL.
            return_url: ReturnUrl = "https://shop.example/thanks",
        },
    }
}

reply! {
    /// A redirect payment.
    Payment {
        required: {
            /// The payment page to which to send the payer: an absolute https URL, or a loopback one if the base URL
            /// is. Read from `redirect_url`, `payment_url`, `url` or `link`, in this order.
            redirect_url: String = ["redirect_url", "payment_url", "url", "link"],
        },
        optional: {
            /// The gateway's id of the session. Read from `session_id`, `session`, `payment_id`, `id` or `uuid`, in
            /// this order.
            session_id: String = ["session_id", "session", "payment_id", "id", "uuid"],
        },
    }
    // A payment in the session of another customer would be credited to them.
    echoes: &["foreign_id"],
    page: "redirect_url",
}
