//! The hosted checkout: a merchant sends a payer one link, and the payer picks a coin and pays.
//!
//! A link is a top-up and not an invoice: the gateway's payments have no amount, so no page ever says that anything is paid.
//!
//! | route | does |
//! | --- | --- |
//! | `POST /v1/checkout-links` | makes a link, for a holder of a token ([`link`]) |
//! | `GET /c/{token}` | lists the coins; creates nothing |
//! | `POST /c/{token}` | begins a session: leads on to the gateway's page, or shows a deposit address |
//! | `GET /c/{token}/status` | the payer's deposits in the inbox; opens with the status token too |
//!
//! Whoever holds a link may use it, and nothing else gives a right to it: no cookie, no header. So another site cannot do
//! more with a form of its own than it could with a link to the same page, and there is nothing to forge a request with.
//! What a link is about lies in a Durable Object ([`shard`]), which is only asked once the [`token`]'s MAC is right.

pub mod coins;
pub mod handlers;
pub mod link;
pub mod links;
mod message;
mod opened_link;
pub mod pages;
mod payer_error;
pub mod shard;
pub mod texts;
pub mod token;

use core::time::Duration;

/// How the checkout is set up.
#[derive(Debug, Clone)]
pub struct Checkout {
    /// The keys that sign links.
    pub keys: token::Keys,
    /// The origin that links are built from, never from a request's `Host`.
    pub origin: String,
    /// The merchant's name on the pages.
    pub merchant: Option<String>,
    /// For how long the same choice of a payer belongs to the same session.
    pub session: Duration,
}

#[cfg(test)]
mod tests;
