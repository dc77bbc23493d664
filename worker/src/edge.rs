//! The Workers runtime: the only module that touches it.

mod bindings;
mod database;
mod idempotency;
mod inbox;
mod object;
mod request;
mod respond;
mod settings;

use worker::{Context, Env, console_log, event};

use request::EdgeRequest;

/// Answers a request, and logs it.
#[event(fetch)]
async fn fetch(request: web_sys::Request, env: Env, _context: Context) -> Result<web_sys::Response, respond::Untaken> {
    let service = settings::service(&env);
    let (answer, line) = service.serve(EdgeRequest::new(request)).await;
    console_log!("{line}");
    respond::respond(&answer)
}
