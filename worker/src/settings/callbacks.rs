//! Callbacks: what they are signed with, and where they go.

use citrn::Secret;

use super::{
    Fault, Source,
    gateway::{previous, secret},
    source::optional,
};
use crate::inbox::{
    Inbox, Retention, Scale,
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
            let missing = || "is not set, and the other half of the webhook is: set both or none".to_owned();
            let url = url.ok_or_else(missing).and_then(|url| destination(&url));
            let secrets = secret.ok_or_else(missing).and_then(|secret| Secrets::read(&secret));
            faults.extend(url.as_ref().err().map(|problem| Fault::new(URL, problem)));
            faults.extend(secrets.as_ref().err().map(|problem| Fault::new(SECRET, problem)));
            url.ok().zip(secrets.ok()).map(|(url, secrets)| Webhook::new(url, secrets))
        }
    };
    let scale = text("DELIVERY_BACKOFF_SCALE").map_or(Ok(Scale::default()), |text| Scale::read(&text));
    let retention = text("INBOX_RETENTION_DAYS").map_or(Ok(Retention::default()), |text| Retention::read(&text));
    faults.extend(scale.as_ref().err().map(|problem| Fault::new("DELIVERY_BACKOFF_SCALE", problem)));
    faults.extend(retention.as_ref().err().map(|problem| Fault::new("INBOX_RETENTION_DAYS", problem)));
    let inbox = Inbox {
        webhook,
        scale: scale.unwrap_or_default(),
        // Nothing is dropped because of a slip of the pen.
        retention: retention.unwrap_or(Retention::LONGEST),
    };
    (inbox, faults)
}
