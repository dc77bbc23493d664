//! The pages of a link that a payer has opened.

use core::{pin::pin, time::Duration};

use futures_util::future::{Either, select};
use serde::Deserialize;

use super::{
    coin_list::CoinList,
    coins::{Coin, sort},
    link::{self, AllowedModes, PaymentMode},
    links::{call, failed},
    message::{Choice, Operation, Reply, StoredLink},
    pages::{
        page::{FRAMED, Page},
        session_pages::is_readable,
        status_page::{AGAIN, REFRESH_FOR_MS, Status, refreshes},
    },
    status::snapshot::deposits_of,
    token::{Access, VerifiedToken},
};
use crate::{
    app::App,
    bindings::{Runtime, UNEXPECTED_REPLY},
    clock::milliseconds,
    creation::{Address, Creation, Payment},
    http::{Answer, Cause, Problem, Record, query},
    idempotency::{self, Scope},
    inbox::address_key,
};

/// Timeout of the gateway's list if the link names its coins, so that the page works without the list.
const LIST_TIMEOUT: Duration = Duration::from_secs(2);

/// The fields of a payment or a deposit address that a page shows.
#[derive(Deserialize)]
struct PaymentDetails {
    redirect_url: Option<String>,
    address: Option<String>,
    memo: Option<String>,
}

/// A verified link, opened by a payer.
pub(super) struct OpenedLink<'a, P> {
    pub(super) app: &'a App<P>,
    pub(super) token: String,
    pub(super) verified: VerifiedToken,
    pub(super) opened: StoredLink,
    /// The page that the payer returns to, if its origin is still allowed.
    pub(super) return_url: Option<String>,
    pub(super) page: Page<'a>,
}

fn path_of(token: &str) -> String {
    format!("/c/{token}")
}

impl<P: Runtime> OpenedLink<'_, P> {
    /// `GET /c/{token}`
    pub(super) async fn show_coins(&self, record: &mut Record) -> Result<Answer, Problem> {
        let (mut coins, listed) = self.coins(true, record).await?;
        coins.retain(|coin| !listed.as_ref().is_some_and(|listed| listed.lacks(&coin.code)));
        if coins.is_empty() {
            let mut problem = Problem::new(Cause::NoCoinAvailable, "The gateway lists none of the link's coins.");
            problem.retryable = true;
            return Err(problem);
        }
        let (link, now) = (&self.opened, milliseconds(self.app.platform.now()));
        if self.opened.link.coins.is_none() {
            sort(&mut coins);
        }
        Ok(self.page.picker(&path_of(&self.token), &coins, link.link.mode, link.expires_at, now))
    }

    /// Returns the coins of a link, and the gateway's list if it was read. The list is necessary if the link names no
    /// coins, if a coin is unknown, or if the page shows minimums and networks (`with_details`).
    async fn coins(&self, with_details: bool, record: &mut Record) -> Result<(Vec<Coin>, Option<CoinList>), Problem> {
        let listed = self.app.catalogue.currencies.coins(&self.app.settings, record);
        let Some(codes) = &self.opened.link.coins else {
            let listed = listed.await?;
            return Ok((listed.coins.to_vec(), Some(listed)));
        };
        let mut coins: Vec<Coin> = codes.iter().map(|code| Coin::of(code)).collect();
        if !with_details && coins.iter().all(Coin::is_known) {
            return Ok((coins, None));
        }
        let (listed, late) = (pin!(listed), pin!(self.app.platform.sleep(LIST_TIMEOUT)));
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
        let form = query::form(body, &["coin", "mode", AGAIN, FRAMED])?;
        let mode = payment_mode(form.get("mode"), self.opened.link.mode)?;
        let code = form.get("coin").filter(|code| !code.is_empty()).ok_or_else(|| {
            Problem::new(Cause::MissingParameter, "coin is missing: choose one of the link's coins").about("coin")
        })?;
        let (coins, _) = self.coins(mode == PaymentMode::Address, record).await?;
        let coin = coins
            .into_iter()
            .find(|coin| coin.code == code)
            .ok_or_else(|| Problem::new(Cause::CoinNotOffered, "coin is not offered by this link").about("coin"))?;
        let answer = self.create(&coin, mode, form.get(AGAIN).is_some(), record).await?;
        let details: PaymentDetails =
            serde_json::from_str(&answer.body).map_err(|_| failed("the created payment or address is unreadable"))?;
        // Replies of the gateway are checked on arrival, but one stored by an earlier version may not have been.
        if [&details.redirect_url, &details.address, &details.memo].into_iter().flatten().any(|text| !is_readable(text))
        {
            return Err(failed("the created payment or address contains hidden characters or is too long"));
        }
        let path = path_of(&self.token);
        match mode {
            PaymentMode::Redirect => {
                let url = details.redirect_url.ok_or_else(|| failed("the created payment has no redirect_url"))?;
                let is_framed = self.page.is_framed || form.get(FRAMED).is_some();
                Ok(Page { is_framed, ..self.page }.redirect(&path, &coin, &url))
            }
            PaymentMode::Address => {
                let address = details.address.ok_or_else(|| failed("the reply has no address"))?;
                let memo = details.memo.as_deref();
                // Stored before it is shown, so that the status page matches deposits to it.
                let show = Operation::Show(address_key(&address, memo));
                match call(&self.app.platform, &self.verified.key, show).await? {
                    Reply::Noted(()) => Ok(self.page.deposit(&path, &coin, &address, memo)),
                    _ => Err(failed(UNEXPECTED_REPLY)),
                }
            }
        }
    }

    /// Calls the gateway once per session. A payer who views an address again stays in their session for as long as the
    /// status page waits for their deposit.
    async fn create(
        &self,
        coin: &Coin,
        mode: PaymentMode,
        again: bool,
        record: &mut Record,
    ) -> Result<Answer, Problem> {
        // Checked before anything is stored: only the merchant can fix a missing setting.
        self.app.settings.client()?;
        let checkout = self.app.settings.checkout()?;
        let session_ms = milliseconds(checkout.session).max(if again { REFRESH_FOR_MS } else { 0 });
        let choice = Choice { coin: coin.code.clone(), mode, session_ms };
        let begin = Operation::Begin(choice);
        let Reply::Begun(number) = call(&self.app.platform, &self.verified.key, begin).await? else {
            return Err(failed(UNEXPECTED_REPLY));
        };
        let link = &self.opened.link;
        let (origin, foreign_id, extra) = (&checkout.origin, link.foreign_id.clone(), link.extra.clone());
        // A payment's scope contains its return_url, since another return_url is another call. An address has none.
        let (session, creation) = match mode {
            PaymentMode::Redirect => {
                // The payer returns to the language that they left.
                let return_url = self.page.url(&format!("{origin}{}/status", path_of(&self.verified.status_token)));
                let payment =
                    Payment { foreign_id, coin_name: coin.code.clone(), return_url: return_url.clone(), extra };
                (return_url, Creation::Payment(payment))
            }
            PaymentMode::Address => {
                let (currency, convert_to) = (coin.code.clone(), link.convert_to.clone());
                (
                    format!("{origin}\0{}", self.token),
                    Creation::Address(Address { foreign_id, currency, convert_to, extra }),
                )
            }
        };
        let scope = Scope::of_session(&format!("{session}\0{}\0{}\0{number}", coin.code, mode.as_str()));
        idempotency::create(self.app, Some(scope), creation, record).await
    }

    /// `GET /c/{token}/status`
    pub(super) async fn status(&self, url: &str) -> Result<Answer, Problem> {
        let StoredLink { is_expired, began_at, last_began_at, address_coin, .. } = &self.opened;
        let platform = &self.app.platform;
        let deposits = deposits_of(platform, &self.opened, None).await?;
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

/// Returns the mode in the form, or the link's default.
fn payment_mode(name: Option<&str>, allowed: AllowedModes) -> Result<PaymentMode, Problem> {
    let mode = match name {
        Some(text) => link::mode(text),
        None if allowed == AllowedModes::Address => Some(PaymentMode::Address),
        None => Some(PaymentMode::Redirect),
    };
    mode.filter(|mode| allowed.allows(*mode)).ok_or_else(|| Problem::invalid("mode", "is not allowed by this link"))
}
