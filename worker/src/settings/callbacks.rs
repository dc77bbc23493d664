//! The settings of callbacks: their secrets, and the webhook that they are delivered to.

use citrn::Secret;

use super::{
    Fault, Source,
    gateway::{previous, secret},
    source::{optional, read},
};
use crate::inbox::{
    Inbox, Retention, Scale, Silence,
    webhook::{Secrets, Webhook, destination},
};

pub(super) fn secrets(source: Source<'_>) -> Result<Vec<Secret>, Fault> {
    let current = secret(source)?;
    Ok([current].into_iter().chain(previous(source)?).collect())
}

pub(super) fn inbox(source: Source<'_>) -> (Inbox, Vec<Fault>) {
    const URL: &str = "MERCHANT_WEBHOOK_URL";
    const SECRET: &str = "MERCHANT_WEBHOOK_SECRET";
    let mut faults = Vec::new();
    let text = |name| optional(source, name);
    let webhook = match (text(URL), text(SECRET)) {
        (None, None) => None,
        (url, secret) => {
            let missing = || "is not set, but the other setting of the webhook is: set both or neither".to_owned();
            let url = url.ok_or_else(missing).and_then(|url| destination(&url));
            let secrets = secret.ok_or_else(missing).and_then(|secret| Secrets::read(&secret));
            faults.extend(url.as_ref().err().map(|problem| Fault::new(URL, problem)));
            faults.extend(secrets.as_ref().err().map(|problem| Fault::new(SECRET, problem)));
            url.ok().zip(secrets.ok()).map(|(url, secrets)| Webhook::new(url, secrets))
        }
    };
    let scale = read(source, "DELIVERY_BACKOFF_SCALE", Scale::read);
    let retention = read(source, "INBOX_RETENTION_DAYS", Retention::read);
    let silence = read(source, "CALLBACK_SILENCE_HOURS", Silence::read);
    let errors = [scale.as_ref().err(), retention.as_ref().err(), silence.as_ref().err()];
    faults.extend(errors.into_iter().flatten().cloned());
    let inbox = Inbox {
        webhook,
        scale: scale.ok().flatten().unwrap_or_default(),
        // A malformed setting must not delete callbacks.
        retention: retention.map_or(Retention::LONGEST, Option::unwrap_or_default),
        silence: silence.ok().flatten().unwrap_or_default(),
    };
    (inbox, faults)
}
