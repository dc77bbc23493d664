//! A link that a payer has opened, and what its pages do.

use core::{pin::pin, time::Duration};

use futures_util::future::{Either, select};
use serde::Deserialize;

use super::{
    coins::{Coin, Listed},
    link::{self, AllowedModes, PaymentMode},
    links::{call, failed},
    message::{Choice, Operation, Reply, StoredLink},
    pages::{
        page::Page,
        session_pages::is_readable,
        status_page::{AGAIN, PATIENT_MS, Status, refreshes},
    },
    token::{Access, Verified},
};
use crate::{
    app::App,
    bindings::{Runtime, UNEXPECTED_REPLY},
    clock::milliseconds,
    creation::{Address, Creation, Payment},
    http::{Answer, Cause, Problem, Record, query},
    idempotency::{self, Scope},
    inbox::{DepositQuery, address_key, customer_key, deposits::deposits},
};

/// How long the gateway's list is waited for when the codes of the coins are known without it.
const LIST_WITHIN: Duration = Duration::from_secs(2);

/// How long after a link's latest session its status page takes in deposits that went to none of its addresses, such as those
/// through the gateway's own page.
const ELSEWHERE_WITHIN_MS: i64 = 24 * 60 * 60_000;

/// The body of a created payment or deposit address, as far as a page shows it.
#[derive(Deserialize)]
struct Created {
    redirect_url: Option<String>,
    address: Option<String>,
    memo: Option<String>,
}

/// A link whose MAC is right, opened by a payer.
pub(super) struct OpenedLink<'a, P> {
    pub(super) app: &'a App<P>,
    pub(super) token: String,
    pub(super) verified: Verified,
    pub(super) opened: StoredLink,
    /// Where the payer goes afterwards, if they may still be sent there.
    pub(super) return_url: Option<String>,
    pub(super) page: Page<'a>,
}

fn path_of(token: &str) -> String {
    format!("/c/{token}")
}

impl<P: Runtime> OpenedLink<'_, P> {
    /// `GET /c/{token}`
    pub(super) async fn choose(&self, record: &mut Record) -> Result<Answer, Problem> {
        let (mut coins, listed) = self.coins(true, record).await?;
        coins.retain(|coin| !listed.as_ref().is_some_and(|listed| listed.lacks(&coin.code)));
        if coins.is_empty() {
            let mut problem = Problem::new(Cause::NoCoinAvailable, "The gateway lists none of the link's coins.");
            problem.retryable = true;
            return Err(problem);
        }
        Ok(self.page.picker(&path_of(&self.token), &coins, self.opened.link.mode, self.opened.expires_at))
    }

    /// The coins of a link. The gateway's list is needed where the link, or the table of known coins, does not say all, or
    /// the page shows how much to send, and on which network.
    async fn coins(&self, in_full: bool, record: &mut Record) -> Result<(Vec<Coin>, Option<Listed>), Problem> {
        let listed = self.app.catalogue.currencies.coins(&self.app.settings, record);
        let Some(codes) = &self.opened.link.coins else {
            let listed = listed.await?;
            return Ok((listed.coins.to_vec(), Some(listed)));
        };
        let mut coins: Vec<Coin> = codes.iter().map(|code| Coin::of(code)).collect();
        if !in_full && coins.iter().all(Coin::is_known) {
            return Ok((coins, None));
        }
        let (listed, late) = (pin!(listed), pin!(self.app.platform.sleep(LIST_WITHIN)));
        let Either::Left((Ok(listed), _)) = select(listed, late).await else {
            return Ok((coins, None));
        };
        for coin in &mut coins {
            if let Some(known) = listed.get(&coin.code) {
                known.clone_into(coin);
            }
        }
        Ok((coins, Some(listed)))
    }

    /// `POST /c/{token}`
    pub(super) async fn pay(&self, body: &[u8], record: &mut Record) -> Result<Answer, Problem> {
        let form = query::form(body, &["coin", "mode", AGAIN])?;
        let mode = payment_mode(form.get("mode"), self.opened.link.mode)?;
        let code = form.get("coin").filter(|code| !code.is_empty()).ok_or_else(|| {
            Problem::new(Cause::MissingParameter, "coin is missing: it must be there, as in a form").about("coin")
        })?;
        let (coins, _) = self.coins(mode == PaymentMode::Address, record).await?;
        let coin = coins.into_iter().find(|coin| coin.code == code).ok_or_else(|| {
            Problem::new(Cause::CoinNotOffered, "coin is none of those that the link offers").about("coin")
        })?;
        let done = self.begun(&coin, mode, form.get(AGAIN).is_some(), record).await?;
        let done: Created = serde_json::from_str(&done.body).map_err(|_| failed("what was created cannot be read"))?;
        // Replies of the gateway are checked when they come; one that was stored before that check is not.
        if [&done.redirect_url, &done.address, &done.memo].into_iter().flatten().any(|text| !is_readable(text)) {
            return Err(failed("the created payment or address holds hidden characters or is too long"));
        }
        let path = path_of(&self.token);
        match mode {
            PaymentMode::Redirect => {
                let url = done.redirect_url.ok_or_else(|| failed("what was created leads nowhere"))?;
                Ok(self.page.onward(&path, &coin, &url))
            }
            PaymentMode::Address => {
                let address = done.address.ok_or_else(|| failed("what was taken is no address"))?;
                let memo = done.memo.as_deref();
                // Before it is shown, so that what is sent to it is found.
                let show = Operation::Show(address_key(&address, memo));
                match call(&self.app.platform, &self.verified.key, show).await? {
                    Reply::Noted(()) => Ok(self.page.deposit(&path, &coin, &address, memo)),
                    _ => Err(failed(UNEXPECTED_REPLY)),
                }
            }
        }
    }

    /// Calls the gateway, once for each session. A payer who wants to see an address again stays in their session for as long
    /// as the status page looks out for their deposit.
    async fn begun(&self, coin: &Coin, mode: PaymentMode, again: bool, record: &mut Record) -> Result<Answer, Problem> {
        // Before anything is stored: what is missing is the merchant's to repair.
        self.app.settings.client()?;
        let checkout = self.app.settings.checkout()?;
        let session_ms = milliseconds(checkout.session).max(if again { PATIENT_MS } else { 0 });
        let choice = Choice { coin: coin.code.clone(), mode, session_ms };
        let begin = Operation::Begin(choice);
        let Reply::Begun(number) = call(&self.app.platform, &self.verified.key, begin).await? else {
            return Err(failed(UNEXPECTED_REPLY));
        };
        let link = &self.opened.link;
        let (origin, foreign_id) = (&checkout.origin, link.foreign_id.clone());
        // A payment's scope begins with its return_url: where that changes, it is another call. An address has none.
        let (session, creation) = match mode {
            PaymentMode::Redirect => {
                let return_url = format!("{origin}{}/status", path_of(&self.verified.status_token));
                let payment = Payment { foreign_id, coin_name: coin.code.clone(), return_url: return_url.clone() };
                (return_url, Creation::Payment(payment))
            }
            PaymentMode::Address => {
                let (currency, convert_to) = (coin.code.clone(), link.convert_to.clone());
                (format!("{origin}\0{}", self.token), Creation::Address(Address { foreign_id, currency, convert_to }))
            }
        };
        let scope = Scope::of_session(&format!("{session}\0{}\0{}\0{number}", coin.code, mode.as_str()));
        idempotency::create(self.app, Some(scope), creation, record).await
    }

    /// `GET /c/{token}/status`
    pub(super) async fn status(&self, url: &str) -> Result<Answer, Problem> {
        let StoredLink { link, is_expired, began_at, addresses, last_began_at, address_coin, has_redirects, .. } =
            &self.opened;
        let platform = &self.app.platform;
        let deposits = match began_at {
            Some(since) => {
                let query = DepositQuery {
                    customer: customer_key(&link.foreign_id),
                    addresses: addresses.clone(),
                    since: *since,
                    elsewhere_until: last_began_at
                        .filter(|_| *has_redirects)
                        .map(|last| last.saturating_add(ELSEWHERE_WITHIN_MS)),
                };
                deposits(platform, &query).await?
            }
            None => Vec::new(),
        };
        let now = milliseconds(platform.now());
        let kept_since = now.saturating_sub(milliseconds(self.app.settings.inbox.retention.span()));
        let opens_link = self.verified.access == Access::Link && !is_expired;
        let status = Status {
            deposits: &deposits,
            last_began_at: *last_began_at,
            now,
            is_pruned: began_at.is_some_and(|began| began < kept_since),
            refreshes: refreshes(url),
            return_url: self.return_url.as_deref(),
            opens_link,
            address_coin: address_coin.as_deref().filter(|_| opens_link),
        };
        Ok(self.page.status(&path_of(&self.token), &status))
    }
}

/// The mode that a form names, or the only one of the link.
fn payment_mode(name: Option<&str>, allowed: AllowedModes) -> Result<PaymentMode, Problem> {
    let mode = match name {
        Some(text) => link::mode(text),
        None if allowed == AllowedModes::Address => Some(PaymentMode::Address),
        None => Some(PaymentMode::Redirect),
    };
    mode.filter(|mode| allowed.allows(*mode))
        .ok_or_else(|| Problem::invalid("mode", "is none of those that the link allows"))
}
