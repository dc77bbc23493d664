//! What happens at the gateway without a call of the shop: payers send coins, and the merchant gets a balance.

use core::fmt::Display;

use serde_json::{Value, json};

use super::{ControlError, Destination, Gateway};

impl Gateway {
    /// A payer sends coins to a deposit address, and they are confirmed: the callback `confirmed` follows. Returns the
    /// id of the deposit.
    ///
    /// ```
    /// use citrn::{Client, endpoints::TakeAddress};
    /// use citrn_sandbox::Gateway;
    ///
    /// let gateway = Gateway::new("shop");
    /// let citrn = Client::new(gateway.clone(), gateway.config())?;
    /// let address = pollster::block_on(citrn.call(&TakeAddress::new("user-17", "XRP"), Default::default()))?;
    /// gateway.deposit(&address, "50")?; // with its memo
    /// let error = gateway.deposit(&address.address, "50").unwrap_err(); // without
    /// assert_eq!(error.status, 404);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If there is no such address, or the amount is not a positive decimal with at most the coin's decimals.
    pub fn deposit<'a>(&self, to: impl Into<Destination<'a>>, amount: &str) -> Result<String, ControlError> {
        self.send_coins(to.into(), amount, true)
    }

    /// A payer sends coins, which are not confirmed yet: the callback `not_confirmed` follows, and `confirmed` once
    /// enough time has passed for the coin's confirmations. Returns the id of the deposit.
    ///
    /// ```
    /// use citrn::{Client, callback::{Callback, Status}, endpoints::TakeAddress};
    /// use citrn_sandbox::Gateway;
    ///
    /// let gateway = Gateway::new("shop");
    /// let citrn = Client::new(gateway.clone(), gateway.config())?;
    /// let address = pollster::block_on(citrn.call(&TakeAddress::new("user-17", "BTC"), Default::default()))?;
    /// gateway.deposit_unconfirmed(&address, "0.01")?;
    /// gateway.advance(1); // some blocks later
    ///
    /// let statuses: Vec<_> = gateway.take_callbacks().iter().map(|request| Callback::parse(&request.body)).collect();
    /// let [Ok(seen), Ok(confirmed)] = &statuses[..] else { panic!("{statuses:?}") };
    /// assert_eq!((&seen.status, &confirmed.status), (&Status::NotConfirmed, &Status::Confirmed));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`deposit`](Self::deposit).
    pub fn deposit_unconfirmed<'a>(
        &self,
        to: impl Into<Destination<'a>>,
        amount: &str,
    ) -> Result<String, ControlError> {
        self.send_coins(to.into(), amount, false)
    }

    /// Confirms a deposit by its id: the callback `confirmed` follows.
    ///
    /// ```
    /// use citrn::{Client, callback::{Callback, Status}, endpoints::TakeAddress};
    /// use citrn_sandbox::Gateway;
    ///
    /// let gateway = Gateway::new("shop");
    /// let citrn = Client::new(gateway.clone(), gateway.config())?;
    /// let address = pollster::block_on(citrn.call(&TakeAddress::new("user-17", "BTC"), Default::default()))?;
    /// let deposit = gateway.deposit_unconfirmed(&address, "0.01")?;
    /// gateway.take_callbacks();
    /// gateway.confirm_deposit(&deposit)?;
    /// assert_eq!(Callback::parse(&gateway.take_callbacks()[0].body)?.status, Status::Confirmed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If there is no such deposit, or it is confirmed or cancelled already.
    pub fn confirm_deposit(&self, id: &str) -> Result<(), ControlError> {
        self.act("deposit", id, "confirm", "")
    }

    /// Cancels an unconfirmed deposit by its id, as after a double spend: the callback `cancelled` follows.
    ///
    /// ```
    /// use citrn::{Client, callback::{Callback, Status}, endpoints::TakeAddress};
    /// use citrn_sandbox::Gateway;
    ///
    /// let gateway = Gateway::new("shop");
    /// let citrn = Client::new(gateway.clone(), gateway.config())?;
    /// let address = pollster::block_on(citrn.call(&TakeAddress::new("user-17", "BTC"), Default::default()))?;
    /// let deposit = gateway.deposit_unconfirmed(&address, "0.01")?;
    /// gateway.take_callbacks();
    /// gateway.cancel_deposit(&deposit)?;
    /// assert_eq!(Callback::parse(&gateway.take_callbacks()[0].body)?.status, Status::Cancelled);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If there is no such deposit, or it is confirmed or cancelled already.
    pub fn cancel_deposit(&self, id: &str) -> Result<(), ControlError> {
        self.act("deposit", id, "cancel", "")
    }

    /// A payer pays on the page of a redirect payment, given by its `redirect_url` or `session_id`. The deposit is
    /// confirmed immediately.
    ///
    /// ```
    /// use citrn::{Client, endpoints::CreatePayment};
    /// use citrn_sandbox::Gateway;
    ///
    /// let gateway = Gateway::new("shop");
    /// let citrn = Client::new(gateway.clone(), gateway.config())?;
    /// let payment = CreatePayment::new("order-17", "USDTT", "https://shop.example/thanks");
    /// let payment = pollster::block_on(citrn.call(&payment, Default::default()))?;
    /// gateway.pay(&payment.redirect_url, "50")?;
    /// assert_eq!(gateway.take_callbacks().len(), 1);
    /// assert_eq!(gateway.pay(&payment.redirect_url, "50").unwrap_err().status, 409); // paid already
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If there is no such payment, or it is paid, cancelled or expired, or for an amount as [`deposit`](Self::deposit).
    pub fn pay(&self, page: &str, amount: &str) -> Result<(), ControlError> {
        let path = page.split(['?', '#']).next().unwrap_or(page);
        let session = path.rsplit('/').next().unwrap_or(path);
        self.act("payment", session, "pay", json!({ "amount": amount, "confirmed": true }))
    }

    /// Adds to the merchant's balance, for withdrawals and exchanges.
    ///
    /// ```
    /// use citrn::{Client, endpoints::ListBalances};
    /// use citrn_sandbox::Gateway;
    ///
    /// let gateway = Gateway::new("shop");
    /// let citrn = Client::new(gateway.clone(), gateway.config())?;
    /// gateway.fund("USDTT", "100")?;
    /// let balances = pollster::block_on(citrn.call(&ListBalances::new(), Default::default()))?;
    /// let balance = balances.iter().find(|balance| balance.currency == "USDTT").unwrap();
    /// assert_eq!(balance.balance.as_str(), "100.00000000");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If there is no such currency, or the amount is not a positive decimal with at most the coin's decimals.
    pub fn fund(&self, currency: &str, amount: &str) -> Result<(), ControlError> {
        self.control("balances", json!({ "currency": currency, "amount": amount })).map(drop)
    }

    /// Changes a deposit, payment or withdrawal. Only letters, digits and hyphens occur in ids, so that no text is
    /// another path.
    pub(super) fn act(&self, kind: &str, id: &str, action: &str, body: impl Display) -> Result<(), ControlError> {
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(ControlError { status: 404, message: format!("there is no such {kind}") });
        }
        self.control(&format!("{kind}s/{id}/{action}"), body).map(drop)
    }

    fn send_coins(&self, to: Destination<'_>, amount: &str, confirmed: bool) -> Result<String, ControlError> {
        let Destination { address, memo } = to;
        let body = json!({ "address": address, "memo": memo, "amount": amount, "confirmed": confirmed });
        let deposit = self.control("deposits", body)?;
        Ok(deposit.get("id").and_then(Value::as_str).unwrap_or_default().to_owned())
    }
}
