//! The sandbox's control calls, for what has no method of its own.

use core::fmt::Display;

use serde_json::Value;

use super::{ControlError, Gateway, ORIGIN};
use crate::{control::PATH, http::Request};

impl Gateway {
    /// Makes one of the served sandbox's control calls: changes coins, networks, rates and settings, lets a payment
    /// expire, or runs a scenario. Returns the `data` of the answer.
    ///
    /// The path is that below `/_sandbox/`; [`inspect("")`](Self::inspect) lists the calls. The body is JSON: text, or a
    /// [`serde_json::Value`].
    ///
    /// ```
    /// use citrn_sandbox::Gateway;
    ///
    /// let gateway = Gateway::new("shop");
    /// gateway.control("networks/tron", r#"{"available":false}"#)?;
    /// gateway.control("settings", r#"{"required_fields":["end_user_reference"]}"#)?;
    ///
    /// gateway.control("faults", r#"{"kind":"duplicate_callback"}"#)?; // the next callback comes twice
    ///
    /// // A course of events that shops get wrong, and what a correct shop has credited at its end:
    /// let run = gateway.control("scenarios/callbacks-twice", r#"{"customer_id":"user-17"}"#)?;
    /// assert_eq!(run["expected"]["ledger"].as_array().map(Vec::len), Some(1));
    /// assert!(gateway.take_callbacks().len() > 2);
    /// # Ok::<(), citrn_sandbox::ControlError>(())
    /// ```
    ///
    /// # Errors
    /// If the call is refused, or controls the clock: [`advance`](Self::advance) does that.
    pub fn control(&self, path: &str, body: impl Display) -> Result<Value, ControlError> {
        let path = path.trim_start_matches('/');
        let instead = match path.split(['/', '?']).next() {
            Some("clock") => "the clock belongs to the gateway: use its methods `advance` and `advance_by`",
            Some("reset") => "a gateway is not reset: create another one",
            _ => return self.call_control("POST", path, &body.to_string()),
        };
        Err(ControlError { status: 400, message: instead.to_owned() })
    }

    /// Reads a part of the gateway's state, by the same paths: `ledger`, `deposits`, `withdrawals`, `callbacks`,
    /// `currencies/BTC` and others.
    ///
    /// ```
    /// use citrn_sandbox::Gateway;
    /// let gateway = Gateway::new("shop");
    /// gateway.fund("USDTT", "1000")?;
    /// assert_eq!(gateway.inspect("ledger")?["journal"][0]["reason"], "credit");
    /// assert_eq!(gateway.inspect("currencies/BTC")?["minimum_amount"], "0.00010000");
    /// # Ok::<(), citrn_sandbox::ControlError>(())
    /// ```
    ///
    /// # Errors
    /// If there is no such path.
    pub fn inspect(&self, path: &str) -> Result<Value, ControlError> {
        self.call_control("GET", path, "")
    }

    pub(super) fn call_control(&self, method: &str, path: &str, body: &str) -> Result<Value, ControlError> {
        let host = ORIGIN.strip_prefix("https://").unwrap_or_default();
        let headers = [("Host", host), ("Content-Type", "application/json")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let target = format!("{PATH}/{path}");
        let request = Request { method, target: &target, headers: &headers, body: body.as_bytes() };
        let answer = self.world().answer(&request);
        let (status, body) = answer.map(|answer| (answer.status, answer.body)).unwrap_or_default();
        let mut answer: Value = serde_json::from_str(&body).unwrap_or_default();
        let mut field = |name| answer.get_mut(name).map(Value::take);
        match (field("data"), field("error")) {
            (Some(data), _) => Ok(data),
            (None, error) => {
                let message = error.as_ref().and_then(Value::as_str).unwrap_or("the answer is not JSON");
                Err(ControlError { status, message: message.to_owned() })
            }
        }
    }
}
