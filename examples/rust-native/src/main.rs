//! Creates a payment, and prints where the payer goes.

mod transport;

use std::{env, error::Error};

use citrn::{BaseUrl, CallOptions, Client, Config, Platform, RequestOptions, Signer, endpoints::CreatePayment};

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

    println!("{}", checkout(&citrn, "order-17").await?);
    Ok(())
}

/// Returns the page to which to send the payer of an order.
async fn checkout(citrn: &Client<impl Platform>, order: &str) -> Result<String, citrn::Error> {
    let payment = CreatePayment::new(order, "USDTT", "https://shop.example/thanks");
    Ok(citrn.call(&payment, CallOptions::default()).await?.data.redirect_url)
}

#[cfg(test)]
mod tests {
    use citrn::Code;
    use citrn_sandbox::{Fault, FaultKind, Gateway};

    use super::*;

    #[tokio::test]
    async fn the_page_of_a_payment_can_be_paid() {
        let gateway = Gateway::new("shop");
        let citrn = Client::new(gateway.clone(), gateway.config()).unwrap();
        let page = checkout(&citrn, "order-17").await.unwrap();
        gateway.pay(&page, "50").unwrap();
        assert_eq!(gateway.take_callbacks().len(), 1);
    }

    #[tokio::test]
    async fn a_gateway_that_does_not_answer_is_a_timeout_without_waiting() {
        let gateway = Gateway::new("shop");
        gateway.inject(Fault::new(FaultKind::Stall)).unwrap();
        let citrn = Client::new(gateway.clone(), gateway.config()).unwrap();
        let error = checkout(&citrn, "order-17").await.unwrap_err();
        assert_eq!(error.code(), &Code::Timeout);
    }
}
