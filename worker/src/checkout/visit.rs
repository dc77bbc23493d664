//! What a payer's browser asks for.

use core::{pin::pin, time::Duration};

use citrn::{Platform, json::Json};
use form_urlencoded::parse;
use futures_util::future::{Either, select};

use super::{
    Checkout, coins,
    coins::Coin,
    link::{Mode, Way},
    links::{ask, failed},
    message::{Choice, Opened, Told, What},
    page::Page,
    session_pages::DepositAddress,
    status_page::{AGAIN, PATIENT_MS, REFRESH, SELDOM, Status},
    texts::{Texts, Trouble},
    token::{Nonce, key_of},
};
use crate::{
    addresses::Address,
    answer::Answer,
    ask,
    bindings::Bindings,
    callbacks,
    clock::milliseconds,
    creation::Creation,
    hex::hex,
    idempotency::Scope,
    inbox::{Sought, address_key, customer_key},
    incoming::{Incoming, path},
    limits,
    log::Record,
    payments::Payment,
    problem::{Cause, Problem},
    query::Query,
    route::Route,
    service::Service,
};

/// Longest form, in bytes.
const FORM_LIMIT: usize = 4 * 1024;

/// How long the gateway's list is waited for when the codes of the coins are known without it.
const LIST_WITHIN: Duration = Duration::from_secs(2);

/// The header that says what a caller can read.
const ACCEPT: &str = "Accept";

/// The header that says which languages a payer speaks.
const ACCEPT_LANGUAGE: &str = "Accept-Language";

/// A visit to a link whose MAC is right.
struct Visit<'a, P> {
    service: &'a Service<P>,
    checkout: &'a Checkout,
    token: &'a str,
    nonce: Nonce,
    opened: Opened,
    page: Page<'a>,
}

/// Answers a payer's browser.
///
/// # Errors
/// Whatever went wrong; [`explain`] makes a page of it.
pub async fn answer<P: Platform + Bindings + Clone>(
    service: &Service<P>,
    route: Route,
    request: &mut impl Incoming,
    record: &mut Record,
) -> Result<Answer, Problem> {
    let checkout = service.checkout()?;
    let url = request.url().to_owned();
    let token = route.parameter(path(&url)).unwrap_or_default();
    let Some(nonce) = checkout.keys.verify(token) else {
        limits::of_address(service.platform(), request).await?;
        return Err(Problem::new(Cause::LinkNotFound, "The link was not made by this Worker, or not copied whole."));
    };
    limits::of_link(service.platform(), &hex(&key_of(&nonce))).await?;
    let form = match route {
        Route::BeginCheckout => request.body_within(FORM_LIMIT).await?,
        _ => Vec::new(),
    };
    let opened = match ask(service.platform(), &nonce, What::Open(())).await? {
        Told::Opened(opened) => opened,
        // It was made once, since its MAC is right, and is forgotten some time after its end.
        told => return Err(unexpected(&told)),
    };
    // The status outlives the link for those who have begun: they come back from the gateway when they do.
    if opened.is_over && (route != Route::CheckoutStatus || opened.began_at.is_none()) {
        return Err(expired());
    }
    let page = page_of(request, Some(checkout));
    let visit = Visit { service, checkout, token, nonce, opened, page };
    match route {
        Route::BeginCheckout => visit.pay(&form, record).await,
        Route::CheckoutStatus => visit.status(&url).await,
        _ => visit.choose(record).await,
    }
}

/// What a payer's browser, or a program that says that it reads JSON, is told of a problem.
#[must_use]
pub fn explain(problem: &Problem, request: &impl Incoming, checkout: Option<&Checkout>, request_id: &str) -> Answer {
    let page = page_of(request, checkout);
    let mut parts = path(request.url()).split('/').skip(2);
    let (token, is_status) = (parts.next().unwrap_or_default(), parts.next() == Some("status"));
    let is_ours = checkout.is_some_and(|checkout| checkout.keys.verify(token).is_some());
    let trouble = match Trouble::of(problem) {
        Trouble::Invalid if is_ours => Trouble::Astray,
        trouble if is_status && trouble.may_pass() => Trouble::Status,
        trouble => trouble,
    };
    if takes_json(&request.header(ACCEPT).unwrap_or_default()) {
        return page.told(problem, trouble).answer(request_id);
    }
    let path = format!("/c/{token}{}", if is_status { "/status" } else { "" });
    let answer = page.trouble(problem, trouble, is_ours.then_some(path.as_str()));
    // A payer who waits for his deposit need not do anything about it.
    if is_ours && trouble == Trouble::Status && refreshes(request.url()) {
        return answer.with(REFRESH, SELDOM.to_string());
    }
    answer
}

/// Whether a header `Accept` (RFC 9110, section 12.5.1) takes JSON and no pages.
fn takes_json(accepts: &str) -> bool {
    let accepts = accepts.to_ascii_lowercase();
    let takes = |what: &str| {
        accepts.split(',').any(|range| {
            let mut parts = range.split(';').map(str::trim);
            let is_meant = parts.next().is_some_and(|media_type| media_type.contains(what));
            let refuses = |part: &str| {
                part.strip_prefix("q=0").is_some_and(|rest| rest.bytes().all(|byte| byte == b'.' || byte == b'0'))
            };
            is_meant && !parts.any(refuses)
        })
    };
    takes("json") && !takes("text/html")
}

/// Whether the status page looks again by itself, as far as the payer wants it.
fn refreshes(url: &str) -> bool {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    // The gateway can add parameters of its own to where it sends payers back to.
    !parse(query.as_bytes()).any(|(name, value)| name == "refresh" && value == "off")
}

fn page_of<'a>(request: &impl Incoming, checkout: Option<&'a Checkout>) -> Page<'a> {
    let texts = Texts::of(request.header(ACCEPT_LANGUAGE).as_deref());
    Page { texts, merchant: checkout.and_then(|checkout| checkout.merchant.as_deref()) }
}

fn path_of(token: &str) -> String {
    format!("/c/{token}")
}

fn expired() -> Problem {
    Problem::new(Cause::LinkExpired, "The link was good until its expires_at: make a new one.")
}

fn unexpected(told: &Told) -> Problem {
    match told {
        Told::Over(()) => expired(),
        _ => failed(ask::SOMETHING_ELSE),
    }
}

impl<P: Platform + Bindings + Clone> Visit<'_, P> {
    /// `GET /c/{token}`
    async fn choose(&self, record: &mut Record) -> Result<Answer, Problem> {
        let coins = self.coins(true, record).await?;
        Ok(self.page.picker(&path_of(self.token), &coins, self.opened.link.mode, self.opened.expires_at))
    }

    /// The coins of a link. The gateway's list is needed where the link, or the table of known coins, does not say all, or
    /// the payer is told how much to send, and on which network.
    async fn coins(&self, in_full: bool, record: &mut Record) -> Result<Vec<Coin>, Problem> {
        let Some(codes) = &self.opened.link.coins else {
            return self.listed(record).await;
        };
        let mut coins: Vec<Coin> = codes.iter().map(|code| Coin::of(code)).collect();
        if in_full || !coins.iter().all(Coin::is_known) {
            let (listed, late) = (pin!(self.listed(record)), pin!(self.service.platform().sleep(LIST_WITHIN)));
            let Either::Left((Ok(listed), _)) = select(listed, late).await else {
                return Ok(coins);
            };
            for listed in listed {
                if let Some(coin) = coins.iter_mut().find(|coin| coin.code == listed.code) {
                    *coin = listed;
                }
            }
        }
        Ok(coins)
    }

    /// The coins of the gateway's list that take deposits.
    async fn listed(&self, record: &mut Record) -> Result<Vec<Coin>, Problem> {
        let list = self.service.currencies(record).await?;
        Ok(Json::parse(&list.body)
            .ok()
            .and_then(Json::object)
            .and_then(|list| list.get("data"))
            .map(coins::of_list)
            .unwrap_or_default())
    }

    /// `POST /c/{token}`
    async fn pay(&self, body: &[u8], record: &mut Record) -> Result<Answer, Problem> {
        let form = Query::form(body, &["coin", "mode", AGAIN])?;
        let field = |name: &str| form.get(name).map(str::to_owned);
        let way = way(field("mode").as_deref(), self.opened.link.mode)?;
        let code = field("coin").filter(|code| !code.is_empty()).ok_or_else(|| {
            Problem::new(Cause::MissingParameter, "coin is missing: it must be there, as in a form").about("coin")
        })?;
        let coins = self.coins(way == Way::Address, record).await?;
        let coin = coins.into_iter().find(|coin| coin.code == code).ok_or_else(|| {
            Problem::new(Cause::CoinNotOffered, "coin is none of those that the link offers").about("coin")
        })?;
        let done = self.begun(&coin, way, field(AGAIN).is_some(), record).await?;
        let done = Json::parse(&done.body).ok().and_then(Json::object);
        let done = done.ok_or_else(|| failed("what was created cannot be read"))?;
        let path = path_of(self.token);
        match way {
            Way::Redirect => {
                let url = done.string("redirect_url").ok_or_else(|| failed("what was created leads nowhere"))?;
                Ok(self.page.onward(&path, &coin, &url))
            }
            Way::Address => {
                let address = done.string("address").ok_or_else(|| failed("what was taken is no address"))?;
                let deposit = DepositAddress { address, memo: done.string("memo") };
                let key = address_key(&deposit.address, deposit.memo.as_deref());
                // Before it is shown, so that what is sent to it is found.
                match ask(self.service.platform(), &self.nonce, What::Shown(key)).await? {
                    Told::Noted(()) => Ok(self.page.deposit(&path, &coin, &deposit)),
                    told => Err(unexpected(&told)),
                }
            }
        }
    }

    /// Calls the gateway, once for each session. Who wants to see again what he was shown stays in his session for as long
    /// as the status page looks out for his deposit.
    async fn begun(&self, coin: &Coin, way: Way, again: bool, record: &mut Record) -> Result<Answer, Problem> {
        // Before anything is noted: what is missing is the merchant's to repair.
        self.service.client()?;
        let session_ms = milliseconds(self.checkout.session).max(if again { PATIENT_MS } else { 0 });
        let choice = Choice { coin: coin.code.clone(), way: way.as_str(), session_ms };
        let number = match ask(self.service.platform(), &self.nonce, What::Begin(choice)).await? {
            Told::Begun(number) => number,
            told => return Err(unexpected(&told)),
        };
        let link = &self.opened.link;
        let foreign_id = link.foreign_id.clone();
        let creation = match way {
            Way::Redirect => Creation::Payment(Payment {
                foreign_id,
                coin_name: coin.code.clone(),
                return_url: format!("{}{}/status", self.checkout.origin, path_of(self.token)),
            }),
            Way::Address => Creation::Address(Address {
                foreign_id,
                currency: coin.code.clone(),
                convert_to: link.convert_to.clone(),
            }),
        };
        // The token and the origin are in the return_url: where these change, it is another call.
        let (origin, token) = (&self.checkout.origin, self.token);
        let scope = Scope::of_session(&format!("{origin}\0{token}\0{}\0{}\0{number}", coin.code, way.as_str()));
        self.service.create(Some(scope), creation, record).await
    }

    /// `GET /c/{token}/status`
    async fn status(&self, url: &str) -> Result<Answer, Problem> {
        let Opened { link, is_over, began_at, addresses, last_began_at, address_coin, .. } = &self.opened;
        let platform = self.service.platform();
        let deposits = match began_at {
            Some(since) => {
                let sought =
                    Sought { customer: customer_key(&link.foreign_id), addresses: addresses.clone(), since: *since };
                callbacks::deposits(platform, &sought).await?
            }
            None => Vec::new(),
        };
        // The operator can have changed his mind since the link was made.
        let return_url = self.service.return_origins().ok().and_then(|origins| origins.admit(&link.return_url).ok());
        let now = milliseconds(platform.now());
        let kept_since = now.saturating_sub(milliseconds(self.service.inbox().retention.span()));
        let status = Status {
            deposits: &deposits,
            last_began_at: *last_began_at,
            now,
            is_pruned: began_at.is_some_and(|began| began < kept_since),
            refreshes: refreshes(url),
            return_url: return_url.as_deref(),
            is_over: *is_over,
            address_coin: address_coin.as_deref().filter(|_| !is_over),
        };
        Ok(self.page.status(&path_of(self.token), &status))
    }
}

/// The way that a form asks for, or the one that there is.
fn way(asked: Option<&str>, mode: Mode) -> Result<Way, Problem> {
    let way = match asked {
        Some(text) => Way::read(text),
        None if mode == Mode::Address => Some(Way::Address),
        None => Some(Way::Redirect),
    };
    way.filter(|way| mode.allows(*way)).ok_or_else(|| {
        Problem::new(Cause::InvalidParameter, "mode is none of those that the link allows").about("mode")
    })
}
