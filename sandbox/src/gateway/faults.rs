//! Faults of the gateway and of the way to it.

use serde_json::json;

use super::{ControlError, Gateway};
use crate::fault::Fault;

impl Gateway {
    /// Makes the next calls of an endpoint fail: see [`Fault`].
    ///
    /// # Errors
    /// If the fault is contradictory; the message names the field.
    pub fn inject(&self, fault: Fault) -> Result<(), ControlError> {
        self.control("faults", &json!(fault)).map(drop)
    }

    /// Cuts clients off from the gateway, or reconnects them. A call that cannot connect has executed nothing. Callbacks
    /// still come.
    ///
    /// ```
    /// use citrn::{Client, Code, Executed, endpoints::CreateWithdrawal};
    /// use citrn_sandbox::Gateway;
    ///
    /// let gateway = Gateway::new("shop");
    /// let citrn = Client::new(gateway.clone(), gateway.config())?;
    /// gateway.set_reachable(false);
    /// let payout = CreateWithdrawal::new("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "payout-881", "25", "USDTT");
    /// let error = pollster::block_on(citrn.call(&payout, Default::default())).unwrap_err();
    /// assert_eq!((error.code(), error.executed()), (&Code::Network, Executed::No));
    /// # Ok::<(), citrn::Error>(())
    /// ```
    pub fn set_reachable(&self, is_reachable: bool) {
        self.world().is_reachable = is_reachable;
    }
}
