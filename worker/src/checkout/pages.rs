//! The pages of the checkout.

pub mod page;
pub mod payment_uri;
mod picker;
pub mod qr_code;
pub mod session_pages;
pub mod status_page;
mod style;
pub mod trouble_page;
