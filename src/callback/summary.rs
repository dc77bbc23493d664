//! The fields of a callback that decide its meaning.

use std::borrow::Cow;

use super::{
    body::{Status, TransactionType},
    credit::{Credit, Review},
    essentials::{Amounts, CROSS_CURRENCY, Essentials, Part, is_something, is_true},
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
    address_foreign_id: Option<Cow<'a, str>>,
    address_currency: Option<Cow<'a, str>>,
    sent: Option<(Cow<'a, str>, Cow<'a, str>)>,
    is_cross_currency: bool,
    received: Part<Received<'a>>,
    has_fees: bool,
    fields: Option<Object<'a>>,
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
        let fields = canonical.object();
        let address = object(&fields, "crypto_address");
        let sent = object(&fields, "currency_sent");
        let received = object(&fields, "currency_received");
        let amounts = text(&received, "currency").zip(text(&received, "amount")).map(|(currency, amount)| {
            let has_after_fees = field(&received, "amount_minus_fee").is_some();
            Received { currency, amount, after_fees: Part::new(text(&received, "amount_minus_fee"), has_after_fees) }
        });
        Some(Self {
            id: text(&fields, "id")?,
            status: Status::from(text(&fields, "status")?.as_ref()),
            r#type: text(&fields, "type").map(|text| TransactionType::from(text.as_ref())),
            foreign_id: text(&fields, "foreign_id"),
            address_foreign_id: text(&address, "foreign_id"),
            address_currency: text(&address, "currency"),
            sent: text(&sent, "amount").zip(text(&sent, "currency")),
            is_cross_currency: field(&address, CROSS_CURRENCY).is_some_and(|json| is_true(json.as_str())),
            received: Part::new(amounts, field(&fields, "currency_received").is_some()),
            has_fees: field(&fields, "fees").is_some_and(|json| is_something(json.as_str())),
            fields,
        })
    }

    /// As [`Callback::is_deposit`](super::Callback::is_deposit).
    pub fn is_deposit(&self) -> bool {
        self.r#type.as_ref().is_some_and(TransactionType::is_deposit)
    }

    /// As [`Callback::customer_id`](super::Callback::customer_id).
    pub fn customer_id(&self) -> Option<&str> {
        self.essentials().customer_id()
    }

    /// As [`Callback::is_unexpected_currency`](super::Callback::is_unexpected_currency).
    pub fn is_unexpected_currency(&self) -> bool {
        self.essentials().is_unexpected_currency()
    }

    /// As [`Callback::credit_or_review`](super::Callback::credit_or_review).
    ///
    /// # Errors
    /// The reason why a person must look at this callback.
    pub fn credit_or_review(&self) -> Result<Option<Credit<'_>>, Review> {
        self.essentials().credit_or_review()
    }

    /// The transaction's type, if it is documented.
    pub fn transaction_type(&self) -> Option<&str> {
        self.r#type.as_ref().filter(|r#type| !matches!(r#type, TransactionType::Other(_))).map(TransactionType::as_str)
    }

    /// The merchant's id: that of the customer for a deposit, and of the transaction for anything else.
    pub fn foreign_id(&self) -> Option<&str> {
        let ids = (self.foreign_id.as_deref(), self.address_foreign_id.as_deref());
        if self.is_deposit() { ids.1.or(ids.0) } else { ids.0.or(ids.1) }
    }

    /// The address and its memo.
    pub fn address(&self) -> Option<(Cow<'a, str>, Option<Cow<'a, str>>)> {
        let address = object(&self.fields, "crypto_address");
        Some((text(&address, "address")?, text(&address, "memo")))
    }

    /// The amount that was sent, and its currency.
    pub fn sent(&self) -> Option<(Cow<'a, str>, Cow<'a, str>)> {
        self.sent.clone()
    }

    /// The currency that was received, the amount, and the amount after fees, if it is clear.
    pub fn received(&self) -> Option<(&str, &str, Option<&str>)> {
        let Part::Read(Received { currency, amount, after_fees }) = &self.received else { return None };
        let after_fees = match after_fees {
            Part::Read(after_fees) => Some(after_fees.as_ref()),
            Part::Missing if !self.has_fees => Some(amount.as_ref()),
            _ => None,
        };
        Some((currency, amount, after_fees))
    }

    /// The blockchain's id of the transaction: that of the first step that has one.
    pub fn txid(&self) -> Option<Cow<'a, str>> {
        field(&self.fields, "transactions")?.items()?.find_map(|step| text(&step.object(), "txid"))
    }

    pub(super) fn essentials(&self) -> Essentials<'_> {
        Essentials {
            id: &self.id,
            status: &self.status,
            r#type: self.r#type.as_ref(),
            foreign_id: self.foreign_id.as_deref(),
            address_foreign_id: self.address_foreign_id.as_deref(),
            address_currency: self.address_currency.as_deref(),
            sent_currency: self.sent.as_ref().map(|(_, currency)| currency.as_ref()),
            is_cross_currency: self.is_cross_currency,
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

#[cfg(test)]
mod tests {
    use super::{
        super::{Callback, TransactionType, canonical},
        Summary,
    };

    #[test]
    fn a_summary_has_the_fields_of_the_callback() {
        for fields in [
            r#""type":"deposit""#,
            r#""type":"deposit","crypto_address":{"address":"rXYZ","tag":7,"foreign_id":17}"#,
            r#""type":"deposit","crypto_address":{"address":"rXYZ","memo":"","foreign_id":""}"#,
            r#""crypto_address":{"memo":"7"},"currency_sent":{"currency":"BTC","amount":1.50}"#,
            r#""crypto_address":"rXYZ","currency_sent":{"currency":" btc ","amount":"1e-3"}"#,
            r#""crypto_address":{"address":{}},"currency_sent":{"currency":"BTC","amount":[]}"#,
            r#""currency_sent":{"currency":"BTC"}"#,
            r#""type":"deposit","crypto_address":{"currency":"ETH"},"currency_sent":{"currency":"BTC","amount":1}"#,
            r#""type":"deposit","crypto_address":{"cross_currency":true}"#,
            r#""type":"deposit","crypto_address":{"cross_currency":"1"}"#,
            r#""type":"deposit","crypto_address":{"cross_currency":false}"#,
            r#""currency_received":{"currency":"btc","amount":1.50,"amount_minus_fee":"1.4"},"fees":[{"type":"deposit"}]"#,
            r#""currency_received":{"currency":"BTC","amount":"1.50"},"fees":[{"type":"deposit"}]"#,
            r#""currency_received":{"currency":"BTC","amount":"1.50"},"transactions":[{"txid":null},{"txid":"0xa"}]"#,
            r#""type":"withdrawal","foreign_id":"payout-881","transactions":[{"id":1}]"#,
            r#""type":"other","foreign_id":17,"transactions":{}"#,
        ] {
            let body = format!(r#"{{"id":17,"status":" Confirmed ",{fields}}}"#);
            let callback = Callback::parse(body.as_bytes()).unwrap();
            let canonical = canonical(body.as_bytes()).unwrap();
            let summary = Summary::of(canonical.root()).unwrap();
            assert_eq!((summary.id.as_ref(), &summary.status), (callback.id.as_str(), &callback.status), "{body}");
            assert_eq!(summary.customer_id(), callback.customer_id(), "{body}");
            assert_eq!(summary.is_unexpected_currency(), callback.is_unexpected_currency(), "{body}");
            let address = summary.address();
            let address = address.as_ref().map(|(address, memo)| (address.as_ref(), memo.as_deref()));
            let to = callback.crypto_address.as_ref();
            let to = to.and_then(|to| Some((to.address.as_deref()?, to.memo.as_deref())));
            assert_eq!(address, to, "{body}");
            let sent = summary.sent();
            let sent = sent.as_ref().map(|(amount, currency)| (amount.as_ref(), currency.as_ref()));
            let expected = callback.currency_sent.as_ref().map(|sent| (sent.amount.as_str(), sent.currency.as_str()));
            assert_eq!(sent, expected, "{body}");
            let txid = callback.transactions.iter().flatten().find_map(|step| step.txid.clone());
            assert_eq!(summary.txid().as_deref(), txid.as_deref(), "{body}");
            let received = callback.currency_received.as_ref().map(|received| {
                let after_fees = received.amount_minus_fee.as_ref().or(Some(&received.amount)).filter(|_| {
                    received.amount_minus_fee.is_some() || callback.fees.as_ref().is_none_or(Vec::is_empty)
                });
                (received.currency.as_str(), received.amount.as_str(), after_fees.map(|amount| amount.as_str()))
            });
            assert_eq!(summary.received(), received, "{body}");
            let is_documented = |r#type: &&TransactionType| !matches!(r#type, TransactionType::Other(_));
            let expected = callback.r#type.as_ref().filter(is_documented).map(TransactionType::as_str);
            assert_eq!(summary.transaction_type(), expected, "{body}");
            let foreign_id = callback.foreign_id.as_deref().filter(|_| !callback.is_deposit());
            assert_eq!(summary.foreign_id(), callback.customer_id().or(foreign_id), "{body}");
        }
    }
}
