//! The formats of the status page, and which of them a request gets.

use crate::{
    checkout::Checkout,
    http::{
        Answer, Incoming,
        request::{ACCEPT, accepts},
    },
};

/// The media type of server-sent events.
pub const EVENT_STREAM: &str = "text/event-stream";

/// A format of the status, and of problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A page for a payer.
    Page,
    /// JSON.
    Json,
    /// Server-sent events. Problems are JSON.
    Events,
}

impl Format {
    /// Returns the format that a request accepts. A client that accepts HTML gets a page.
    pub fn of(request: &impl Incoming) -> Self {
        let accept = request.header(ACCEPT).unwrap_or_default();
        match () {
            () if accepts(&accept, "text/html") => Format::Page,
            () if accepts(&accept, EVENT_STREAM) => Format::Events,
            () if accepts(&accept, "json") => Format::Json,
            () => Format::Page,
        }
    }

    /// Adds the headers for caches, and for scripts of the origins that may read this format (CORS, without
    /// credentials).
    pub fn share(self, answer: Answer, request: &impl Incoming, checkout: Option<&Checkout>) -> Answer {
        let answer = answer.with("Vary", "Accept, Origin");
        let is_allowed = |origin: &String| checkout.is_some_and(|checkout| checkout.frame_origins.contains(origin));
        match request.header("Origin").filter(is_allowed) {
            Some(origin) if self != Format::Page => {
                answer.with("Access-Control-Allow-Origin", origin).with("Access-Control-Expose-Headers", "Retry-After")
            }
            _ => answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Sent;

    #[test]
    fn only_a_client_that_does_not_accept_html_gets_another_format_than_the_page() {
        for (accept, format) in [
            ("", Format::Page),
            ("*/*", Format::Page),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Format::Page),
            ("application/json, text/html", Format::Page),
            ("text/event-stream, text/html", Format::Page),
            ("text/plain", Format::Page),
            ("application/json", Format::Json),
            ("application/json, text/plain, */*", Format::Json),
            ("application/json;q=0", Format::Page),
            ("text/event-stream", Format::Events),
            ("TEXT/Event-Stream", Format::Events),
            ("text/event-stream;q=0, application/json", Format::Json),
            ("application/json, text/event-stream", Format::Events),
        ] {
            let request = Sent::get("https://pay.shop.example/c/x/status").with(ACCEPT, accept);
            assert_eq!(Format::of(&request), format, "{accept}");
        }
    }
}
