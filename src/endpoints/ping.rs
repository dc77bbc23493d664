//! `GET /ping`

use crate::{endpoint::endpoint, reply::reply};

endpoint! {
    /// Checks that the gateway answers. Needs no key.
    ///
    /// ```
    /// # use citrn::{RequestOptions, Secret, endpoints::Ping, parse, prepare};
    /// let request = prepare(&Ping::new(), "key", &Secret::new("secret"), &RequestOptions::default())?;
    /// assert_eq!(request.url, "https://app.citrn.io/api/ping");
    /// assert_eq!(parse::<Ping>(200, br#"{"message":"OK"}"#)?.message, "OK");
    /// # Ok::<(), citrn::Error>(())
    /// ```
    Ping -> Pong {
        name: "ping",
        Get "/ping" on Io,
        signed: false,
        kind: Read,
        source: "API Documentation / API Endpoints",
    }
}

reply! {
    /// The answer to a ping.
    Pong {
        required: {
            /// The text `OK`.
            message: String as Words("OK") = ["message"],
        },
    }
    // The CoinsPaid family answers with the bare text.
    bare: ("OK", "message"),
}
