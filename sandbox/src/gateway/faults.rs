//! Faults of the gateway and of the way to it.

use serde_json::json;

use super::{ControlError, Gateway};
use crate::fault::Fault;

impl Gateway {
    /// Makes the next calls of an endpoint fail: see [`Fault`]. Faults of the same endpoint happen one after another.
    ///
    /// ```
    /// use citrn::{Client, Code, ErrorCode, endpoints::TakeAddress};
    /// use citrn_sandbox::{Fault, Gateway};
    ///
    /// let gateway = Gateway::new("shop");
    /// let citrn = Client::new(gateway.clone(), gateway.config())?;
    /// gateway.inject(Fault::code(ErrorCode::NetworkNotAvailable).on::<TakeAddress>())?;
    /// let address = TakeAddress::new("user-17", "USDTT");
    /// let error = pollster::block_on(citrn.call(&address, Default::default())).unwrap_err();
    /// assert_eq!(error.code(), &Code::Gateway(ErrorCode::NetworkNotAvailable));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If the fault is contradictory; the message names the field.
    pub fn inject(&self, fault: Fault) -> Result<(), ControlError> {
        self.control("faults", json!(fault)).map(drop)
    }

    /// Removes the faults and error codes that are still pending. [`set_reachable`](Self::set_reachable) ends an outage.
    ///
    /// ```
    /// use citrn::{Client, ErrorCode, endpoints::Ping};
    /// use citrn_sandbox::{Fault, FaultKind, Gateway};
    ///
    /// let gateway = Gateway::new("shop");
    /// let citrn = Client::new(gateway.clone(), gateway.config())?;
    /// gateway.inject(Fault::new(FaultKind::ServerError).times(1_000))?;
    /// gateway.inject(Fault::code(ErrorCode::CoinNotFound))?;
    /// assert!(pollster::block_on(citrn.call(&Ping::new(), Default::default())).is_err());
    /// gateway.clear_faults();
    /// assert!(pollster::block_on(citrn.call(&Ping::new(), Default::default())).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn clear_faults(&self) {
        // The engine always accepts this call.
        drop(self.call_control("DELETE", "faults", ""));
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
