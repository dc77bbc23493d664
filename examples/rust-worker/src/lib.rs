//! A Worker that creates a payment for each visitor, and redirects them to its page.

use citrn::{BaseUrl, CallOptions, Client, Config, RequestOptions, Signer, endpoints::CreatePayment, fetch::Fetch};
use worker::{Context, Env, Request, Response, Result, event};

#[event(fetch)]
async fn fetch(request: Request, env: Env, _: Context) -> Result<Response> {
    let url = request.url()?;
    let Some((_, order)) = url.query_pairs().find(|(name, _)| name == "order") else {
        return Response::error("order: missing; open /?order=17", 422);
    };
    let citrn = match client(&env) {
        Ok(citrn) => citrn,
        Err(error) => return Response::error(error, 503),
    };
    let payment = CreatePayment::new(format!("order-{order}"), "USDTT", "https://shop.example/thanks");
    match citrn.call(&payment, CallOptions::default()).await {
        Ok(payment) => Response::redirect(payment.data.redirect_url.parse()?),
        Err(error) => Response::error(error.to_string(), 502),
    }
}

/// Makes a client from the settings of the Worker. It is cheap: one per request is enough.
fn client(env: &Env) -> core::result::Result<Client<Fetch>, String> {
    let setting = |name: &str| env.var(name).map(|value| value.to_string()).map_err(|_| format!("{name}: not set"));
    let base_url = match setting("CITRN_BASE_URL") {
        Ok(base_url) => BaseUrl::one(&base_url).map_err(|error| error.to_string())?,
        Err(_) => BaseUrl::documented(), // the gateway
    };
    let config = Config {
        api_key: Some(setting("CITRN_API_KEY")?),
        signer: Signer::Secret(setting("CITRN_SECRET")?.into()),
        request: RequestOptions { base_url, ..RequestOptions::default() },
        ..Config::default()
    };
    Client::new(Fetch, config).map_err(|error| error.to_string())
}
