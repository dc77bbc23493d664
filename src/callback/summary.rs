//! The fields of a callback that decide what it means.

use std::borrow::Cow;

use super::{
    body::{Status, TransactionType},
    credit::{Amounts, Credit, Essentials, Part, Review, is_something},
};
use crate::json::{Json, Object};

/// A callback, read from its canonical JSON. In wasm it is smaller than a [`Callback`](super::Callback), which has all
/// fields.
#[derive(Debug)]
pub struct Summary<'a> {
    /// The transaction.
    pub id: Cow<'a, str>,
    /// Its status.
    pub status: Status,
    r#type: Option<TransactionType>,
    foreign_id: Option<Cow<'a, str>>,
    address: Option<Object<'a>>,
    address_foreign_id: Option<Cow<'a, str>>,
    received: Part<Received<'a>>,
    sent: Option<(Cow<'a, str>, Cow<'a, str>)>,
    has_fees: bool,
}

#[derive(Debug)]
struct Received<'a> {
    currency: Cow<'a, str>,
    amount: Cow<'a, str>,
    after_fees: Part<Cow<'a, str>>,
}

impl<'a> Summary<'a> {
    /// Reads the canonical JSON of a callback. `None` if it has no id and status.
    pub fn of(canonical: Json<'a>) -> Option<Self> {
        let callback = canonical.object();
        let address = object(&callback, "crypto_address");
        let sent = object(&callback, "currency_sent");
        let received = object(&callback, "currency_received");
        let amounts = text(&received, "currency").zip(text(&received, "amount")).map(|(currency, amount)| {
            let has_after_fees = field(&received, "amount_minus_fee").is_some();
            Received { currency, amount, after_fees: Part::new(text(&received, "amount_minus_fee"), has_after_fees) }
        });
        Some(Self {
            id: text(&callback, "id")?,
            status: Status::from(text(&callback, "status")?.as_ref()),
            r#type: text(&callback, "type").map(|text| TransactionType::from(text.as_ref())),
            foreign_id: text(&callback, "foreign_id"),
            address_foreign_id: text(&address, "foreign_id"),
            address,
            received: Part::new(amounts, field(&callback, "currency_received").is_some()),
            sent: text(&sent, "amount").zip(text(&sent, "currency")),
            has_fees: field(&callback, "fees").is_some_and(|json| is_something(json.as_str())),
        })
    }

    /// As [`Callback::is_deposit`](super::Callback::is_deposit).
    pub fn is_deposit(&self) -> bool {
        self.essentials().is_deposit()
    }

    /// As [`Callback::customer_id`](super::Callback::customer_id).
    pub fn customer_id(&self) -> Option<&str> {
        self.essentials().customer_id()
    }

    /// As [`Callback::credit_or_review`](super::Callback::credit_or_review).
    ///
    /// # Errors
    /// The reason why a person must look at this callback.
    pub fn credit_or_review(&self) -> Result<Option<Credit<'_>>, Review> {
        self.essentials().credit_or_review()
    }

    /// The address and its memo.
    pub fn address(&self) -> Option<(Cow<'a, str>, Option<Cow<'a, str>>)> {
        Some((text(&self.address, "address")?, text(&self.address, "memo")))
    }

    /// The amount that was sent, and its currency.
    pub fn sent(&self) -> Option<(&str, &str)> {
        self.sent.as_ref().map(|(amount, currency)| (amount.as_ref(), currency.as_ref()))
    }

    pub(super) fn essentials(&self) -> Essentials<'_> {
        Essentials {
            id: &self.id,
            status: &self.status,
            r#type: self.r#type.as_ref(),
            foreign_id: self.foreign_id.as_deref(),
            address_foreign_id: self.address_foreign_id.as_deref(),
            received: self.received.as_ref().map(|received| Amounts {
                currency: &received.currency,
                amount: &received.amount,
                after_fees: received.after_fees.as_ref().map(|amount| amount.as_ref()),
            }),
            has_fees: self.has_fees,
        }
    }
}

/// A field that is not null.
fn field<'a>(object: &Option<Object<'a>>, name: &str) -> Option<Json<'a>> {
    object.as_ref()?.get(name).filter(|json| !json.is_null())
}

fn text<'a>(object: &Option<Object<'a>>, name: &str) -> Option<Cow<'a, str>> {
    field(object, name)?.content()
}

fn object<'a>(parent: &Option<Object<'a>>, name: &str) -> Option<Object<'a>> {
    field(parent, name).and_then(Json::object)
}
