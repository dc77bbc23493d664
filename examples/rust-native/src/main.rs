//! Creates a payment, and prints where the payer goes.

mod transport;

use std::{env, error::Error};

use citrn::{BaseUrl, CallOptions, Client, Config, RequestOptions, Signer, endpoints::CreatePayment};

use transport::Reqwest;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let request = match env::var("CITRN_BASE_URL") {
        Ok(base_url) => RequestOptions { base_url: BaseUrl::one(&base_url)?, ..RequestOptions::default() },
        Err(_) => RequestOptions::default(), // the gateway
    };
    let config = Config {
        api_key: Some(env::var("CITRN_API_KEY")?),
        signer: Signer::Secret(env::var("CITRN_SECRET")?.into()),
        request,
        ..Config::default()
    };
    let citrn = Client::new(Reqwest::new()?, config)?;

    let payment = CreatePayment::new("order-17", "USDTT", "https://shop.example/thanks");
    let payment = citrn.call(&payment, CallOptions::default()).await?;
    println!("{}", payment.data.redirect_url);
    Ok(())
}
