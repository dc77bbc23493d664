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
//! What a link is about lies in a Durable Object ([`Shard`]), which is only asked once the [`token`]'s MAC is right.

pub mod coins;
pub mod link;
mod links;
mod message;
mod page;
pub mod payment_uri;
mod picker;
pub mod qr_code;
mod session_pages;
pub mod settings;
mod shard;
mod status_page;
mod style;
pub mod texts;
pub mod token;
mod trouble;
mod trouble_page;
mod visit;

pub use links::{Made, check_coins, make};
pub use settings::Checkout;
pub use shard::Shard;
pub use trouble_page::explain;
pub use visit::answer;

#[cfg(test)]
mod tests;
