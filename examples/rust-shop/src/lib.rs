//! The payments of a shop: creates them, credits deposits once, and pays out at most once.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use citrn::{
    CallOptions, Client, Code, Error, Executed, Platform, Secret,
    callback::{Callback, Status},
    endpoints::{CreatePayment, CreateWithdrawal},
};

/// The state of a payout in the shop's books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payout {
    /// Nothing was executed; it may be sent.
    Ready,
    /// It was sent, or may have been sent: only its callback says which.
    Pending,
    /// The gateway has sent the money.
    Paid,
    /// Cancelled, or declined by the account's owner. The money is still there.
    NotPaid,
}

/// What a customer paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// The order.
    pub order: String,
    /// The amount, as text.
    pub amount: String,
    /// The currency.
    pub currency: String,
}

/// A shop, whatever its HTTP library. Its maps stand for tables of a database.
pub struct Shop<P> {
    citrn: Client<P>,
    secrets: Vec<Secret>,
    /// By the key of the transaction, so that each is credited once.
    credits: Mutex<HashMap<String, Credit>>,
    payouts: Mutex<HashMap<String, Payout>>,
}

impl<P: Platform> Shop<P> {
    /// Opens a shop without any orders. The secrets verify callbacks.
    pub fn new(citrn: Client<P>, secrets: Vec<Secret>) -> Self {
        Self { citrn, secrets, credits: Mutex::default(), payouts: Mutex::default() }
    }

    /// Returns the page to which to send the payer of an order.
    pub async fn checkout(&self, order: &str) -> Result<String, Error> {
        let payment = CreatePayment::new(order, "USDTT", "https://shop.example/thanks");
        Ok(self.citrn.call(&payment, CallOptions::default()).await?.data.redirect_url)
    }

    /// Pays out, unless it was sent before.
    pub async fn pay_out(&self, id: &str, address: &str, amount: &str) -> Result<(), Error> {
        match lock(&self.payouts).entry(id.to_owned()).or_insert(Payout::Ready) {
            // Stored before it is sent: after a crash it is pending.
            state @ Payout::Ready => *state = Payout::Pending,
            _ => return Ok(()),
        }
        let payout = CreateWithdrawal::new(address, id, amount, "USDTT");
        let result = self.citrn.call(&payout, CallOptions::default()).await;
        if result.as_ref().is_err_and(|error| error.executed() == Executed::No) {
            lock(&self.payouts).insert(id.to_owned(), Payout::Ready);
        }
        result.map(drop)
    }

    /// Takes a callback: its headers and the raw bytes of its body. Returns the HTTP status to answer with.
    pub fn on_callback<N: AsRef<str>, V: AsRef<[u8]>>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
        body: &[u8],
    ) -> u16 {
        match Callback::verify(&self.secrets, body, headers) {
            Err(error) if error.code() == &Code::InvalidSignature => 401,
            // A person has to look at it; the gateway would only repeat it.
            Err(_) => 200,
            Ok(callback) => {
                self.book(&callback);
                200
            }
        }
    }

    /// Returns all credits, in no order.
    pub fn credits(&self) -> Vec<Credit> {
        lock(&self.credits).values().cloned().collect()
    }

    /// Returns the state of a payout, if there is one with this id.
    pub fn payout(&self, id: &str) -> Option<Payout> {
        lock(&self.payouts).get(id).copied()
    }

    fn book(&self, callback: &Callback) {
        // `credit` fails if the deposit does not say clearly how much: a person has to look at it.
        if let (Some(order), Ok(Some(credit))) = (callback.customer_id(), callback.credit()) {
            let (amount, currency) = (credit.amount.to_owned(), credit.currency.to_owned());
            let credit = Credit { order: order.to_owned(), amount, currency };
            lock(&self.credits).entry(callback.transaction_key().to_owned()).or_insert(credit);
        }
        let state = match callback.status {
            Status::Confirmed => Payout::Paid,
            Status::Cancelled | Status::Declined => Payout::NotPaid,
            _ => return,
        };
        // Callbacks can come twice and late: a final state never changes.
        if let Some(id) = callback.foreign_id.as_deref().filter(|_| !callback.is_deposit())
            && let Some(payout @ (Payout::Ready | Payout::Pending)) = lock(&self.payouts).get_mut(id)
        {
            *payout = state;
        }
    }
}

fn lock<T>(table: &Mutex<T>) -> MutexGuard<'_, T> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}
