//! Settles withdrawals: the network confirms or cancels them, and the owner of the account holds or declines them.

use serde_json::Value;

use super::{ControlError, Gateway};

impl Gateway {
    /// Sends a withdrawal to the blockchain: the callback `confirmed` follows. It is given by its `foreign_id`, since a
    /// call that timed out has returned no id.
    ///
    /// A withdrawal is sent automatically after 5 s, unless it is pending or the setting `automatic_withdrawals` is
    /// off.
    ///
    /// ```
    /// use citrn::{Client, callback::{Callback, Status}, endpoints::CreateWithdrawal};
    /// use citrn_sandbox::Gateway;
    ///
    /// let gateway = Gateway::new("shop");
    /// let citrn = Client::new(gateway.clone(), gateway.config())?;
    /// gateway.fund("USDTT", "100")?;
    /// let payout = CreateWithdrawal::new("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "payout-881", "25", "USDTT");
    /// pollster::block_on(citrn.call(&payout, Default::default()))?;
    /// gateway.hold_withdrawal("payout-881")?;
    /// gateway.advance(24);
    /// gateway.confirm_withdrawal("payout-881")?;
    ///
    /// let [pending, confirmed] = &gateway.take_callbacks()[..] else { panic!("not two callbacks") };
    /// assert_eq!(Callback::parse(&pending.body)?.status.as_str(), "pending");
    /// assert_eq!(Callback::parse(&confirmed.body)?.status, Status::Confirmed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If there is no such withdrawal, or it is final.
    pub fn confirm_withdrawal(&self, foreign_id: &str) -> Result<(), ControlError> {
        self.settle_withdrawal(foreign_id, "confirm")
    }

    /// Makes a withdrawal wait for the approval of the account's owner: the callback `pending` follows. See
    /// [`confirm_withdrawal`](Self::confirm_withdrawal).
    ///
    /// ```
    /// let gateway = citrn_sandbox::Gateway::new("shop");
    /// assert_eq!(gateway.hold_withdrawal("payout-881").unwrap_err().to_string(), "there is no such withdrawal");
    /// ```
    ///
    /// # Errors
    /// If there is no such withdrawal, or it is pending or final.
    pub fn hold_withdrawal(&self, foreign_id: &str) -> Result<(), ControlError> {
        self.settle_withdrawal(foreign_id, "hold")
    }

    /// The owner of the account declines a withdrawal, and the money returns to the balance: the callback `declined`
    /// follows.
    ///
    /// ```
    /// use citrn::{Client, callback::{Callback, Status}, endpoints::CreateWithdrawal};
    /// use citrn_sandbox::{Fault, FaultKind, Gateway};
    ///
    /// let gateway = Gateway::new("shop");
    /// let citrn = Client::new(gateway.clone(), gateway.config())?;
    /// gateway.fund("USDTT", "100")?;
    /// gateway.control("settings", r#"{"automatic_withdrawals":false}"#)?;
    ///
    /// // A payout with an unknown outcome, which was made and is declined:
    /// gateway.inject(Fault::new(FaultKind::Stall).on::<CreateWithdrawal>())?;
    /// let payout = CreateWithdrawal::new("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "payout-881", "25", "USDTT");
    /// assert!(pollster::block_on(citrn.call(&payout, Default::default())).is_err());
    /// gateway.decline_withdrawal("payout-881")?;
    ///
    /// let [request] = &gateway.take_callbacks()[..] else { panic!("not one callback") };
    /// assert_eq!(Callback::parse(&request.body)?.status, Status::Declined);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If there is no such withdrawal, or it is final.
    pub fn decline_withdrawal(&self, foreign_id: &str) -> Result<(), ControlError> {
        self.settle_withdrawal(foreign_id, "decline")
    }

    /// Cancels a withdrawal, as after a rejection by the network, and the money returns to the balance: the callback
    /// `cancelled` follows. See [`decline_withdrawal`](Self::decline_withdrawal).
    ///
    /// ```
    /// use citrn::{Client, endpoints::{CreateWithdrawal, ListBalances}};
    /// use citrn_sandbox::Gateway;
    ///
    /// let gateway = Gateway::new("shop");
    /// let citrn = Client::new(gateway.clone(), gateway.config())?;
    /// gateway.fund("USDTT", "100")?;
    /// let payout = CreateWithdrawal::new("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "payout-881", "25", "USDTT");
    /// pollster::block_on(citrn.call(&payout, Default::default()))?;
    /// gateway.cancel_withdrawal("payout-881")?;
    /// let balances = pollster::block_on(citrn.call(&ListBalances::new(), Default::default()))?;
    /// assert!(balances.iter().any(|balance| balance.balance.as_str() == "100.00000000"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If there is no such withdrawal, or it is final.
    pub fn cancel_withdrawal(&self, foreign_id: &str) -> Result<(), ControlError> {
        self.settle_withdrawal(foreign_id, "cancel")
    }

    fn settle_withdrawal(&self, foreign_id: &str, action: &str) -> Result<(), ControlError> {
        let withdrawals = self.inspect("withdrawals")?;
        let is_it = |withdrawal: &&Value| withdrawal.get("foreign_id").is_some_and(|id| id == foreign_id);
        let withdrawal = withdrawals.as_array().into_iter().flatten().find(is_it);
        let id = withdrawal.and_then(|withdrawal| withdrawal.get("id")).and_then(Value::as_str);
        self.act("withdrawal", id.unwrap_or_default(), action, "")
    }
}
