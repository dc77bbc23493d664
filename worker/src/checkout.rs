//! The hosted checkout: a merchant sends a payer a link, and the payer chooses a coin and pays.
//!
//! A link is a top-up, not an invoice. The gateway's payments have no amount, so no page says that something is paid.
//!
//! | route | does |
//! | --- | --- |
//! | `POST /v1/checkout-links` | creates a link, for a holder of a token ([`link`]) |
//! | `GET /c/{token}` | lists the coins; creates nothing |
//! | `POST /c/{token}` | starts a session: redirects to the gateway's page, or shows a deposit address |
//! | `GET /c/{token}/status` | shows the payer's deposits as a page, JSON or events; the status token opens it too |
//!
//! The token in the URL is the only credential. There are no cookies, so cross-site request forgery gains nothing over
//! opening the link. Links are stored in Durable Objects ([`shard`]), which are called only after the [`token`]'s MAC
//! was verified.

pub mod coin_list;
pub mod coins;
pub mod frame_origins;
pub mod handlers;
pub mod link;
pub mod links;
mod message;
mod opened_link;
pub mod pages;
mod payer_error;
pub mod shard;
pub mod status;
pub mod texts;
pub mod token;

use core::time::Duration;

/// The settings of the checkout.
#[derive(Debug, Clone)]
pub struct Checkout {
    /// The keys that sign links.
    pub keys: token::Keys,
    /// The origin of links. A request's `Host` is not trusted for that.
    pub origin: String,
    /// The merchant's name on the pages.
    pub merchant: Option<String>,
    /// Whether the gateway is a sandbox: its URL is plain http.
    pub is_sandbox: bool,
    /// The texts for payers who select no language.
    pub language: &'static texts::Texts,
    /// How long a repeated choice of a payer belongs to the same session.
    pub session: Duration,
    /// The origins whose pages may frame the checkout and read the status.
    pub frame_origins: frame_origins::FrameOrigins,
}

#[cfg(test)]
mod tests;
