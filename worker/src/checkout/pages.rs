//! The pages of the checkout.

pub mod error_page;
pub mod page;
pub mod payment_uri;
mod picker;
pub mod qr_code;
pub mod session_pages;
pub mod status_page;
mod style;
