//! `POST /payments/create-payment`

use crate::{endpoint::endpoint, reply::reply};

endpoint! {
    /// Creates a redirect payment: the payer goes to `redirect_url`, pays there, and comes back to `return_url`.
    ///
    /// There is no amount: the payer decides it. How the payment ends is told by a deposit callback.
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
        source: "API Documentation / API Endpoints, which names a session id and a redirect URL in words; their JSON names are not documented",
        errors: [CoinNotFound, CoinNotSupported],
        required: {
            /// The merchant's id of the user who pays, 1 to 255 visible characters, without white space around them.
            foreign_id: ForeignId = "user-17",
            /// Currency code, such as `USDTT` (USDT on Tron).
            coin_name: Currency = "USDTT",
            /// Where the payer goes afterwards: an absolute http or https URL.
            return_url: ReturnUrl = "https://shop.example/thanks",
        },
    }
}

reply! {
    /// A redirect payment.
    Payment {
        required: {
            /// Where the payer pays: absolute https, or loopback if the base URL is. Read from `redirect_url`, `payment_url`, `url` or `link`, in this order.
            redirect_url: String = ["redirect_url", "payment_url", "url", "link"],
        },
        optional: {
            /// The gateway's id of the session. Read from `session_id`, `session`, `payment_id`, `id` or `uuid`, in this order.
            session_id: String = ["session_id", "session", "payment_id", "id", "uuid"],
        },
    }
    // A session of another customer would credit them.
    echoes: &["foreign_id"],
    page: "redirect_url",
}
