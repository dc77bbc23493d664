//! Each of the 12 endpoints.

use std::collections::BTreeSet;

use citrn::endpoints::{
    ALL, CreatePayment, CreateQuote, CreateWithdrawal, ListAccounts, ListBalances, ListCurrencies, ListPairRates,
    ListPairs, ListRates, MakeExchange, Ping, TakeAddress,
};

use crate::{SUPPLIER, call, connect};

#[test]
fn every_endpoint_replies() {
    let (gateway, citrn) = connect();

    assert_eq!(call(&citrn, &Ping::new()).unwrap().message, "OK");
    let currencies = call(&citrn, &ListCurrencies::new()).unwrap();
    assert!(currencies.iter().any(|currency| currency.currency == "USDTT"));
    assert!(!call(&citrn, &ListRates::new()).unwrap().raw.is_empty());
    let pairs = call(&citrn, &ListPairs::new().currency_from("BTC")).unwrap();
    assert!(pairs.iter().any(|pair| pair.currency_to.currency == "EUR"));
    assert!(!call(&citrn, &ListPairRates::new().currency_from("BTC")).unwrap().is_empty());

    let address = call(&citrn, &TakeAddress::new("user-17", "BTC")).unwrap();
    assert!(gateway.deposit(&address, "0.5").is_ok());
    let payment = CreatePayment::new("order-17", "USDTT", "https://shop.example/thanks");
    gateway.pay(&call(&citrn, &payment).unwrap().redirect_url, "50").unwrap();

    let quote = call(&citrn, &CreateQuote::new("BTC", "EUR", "0.1", "BTC")).unwrap();
    call(&citrn, &MakeExchange::new(quote.quote_id.as_str())).unwrap();
    let payout = call(&citrn, &CreateWithdrawal::new(SUPPLIER, "payout-881", "25", "USDTT")).unwrap();
    assert_eq!(payout.status.as_deref(), Some("processing"));

    // 1 + 0.5, minus the fee of the deposit, minus the exchange
    let balances = call(&citrn, &ListBalances::new()).unwrap();
    let bitcoin = balances.iter().find(|balance| balance.currency == "BTC").unwrap();
    assert_eq!(bitcoin.balance.as_str(), "1.39500000");
    assert!(!call(&citrn, &ListAccounts::new()).unwrap().is_empty());

    let called: BTreeSet<_> = gateway.requests().into_iter().filter_map(|request| request.endpoint).collect();
    assert_eq!(called, ALL.iter().map(|endpoint| endpoint.name).collect());
}
