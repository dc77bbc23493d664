//! The npm package's callback has the same derived fields as the crate's.

use citrn::callback::{Callback, ForJavaScript, Review, read_for_javascript};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};

const FIELDS: &[&str] = &[
    r#""id":1"#,
    r#""id":"\ud83c""#,
    r#""payment_request_id":"r-1""#,
    r#""status":"confirmed""#,
    r#""status":" Declined ""#,
    r#""status":"pending""#,
    r#""type":"deposit""#,
    r#""type":"withdrawal""#,
    r#""type":1.0"#,
    r#""foreign_id":"user \"1\"""#,
    r#""crypto_address":{"foreign_id":17}"#,
    r#""crypto_address":{"foreign_id":[]}"#,
    r#""crypto_address":{"currency":"ETH","foreign_id":"17"}"#,
    r#""crypto_address":{"cross_currency":true}"#,
    r#""currency_sent":{"currency":"BTC","amount":"2"}"#,
    r#""currency_sent":{"currency":"BTC"}"#,
    r#""crypto_address":"bc1q""#,
    r#""currency_received":{"currency":"BTC","amount":1.10}"#,
    r#""currency_received":{"currency":"B\u0054C","amount":"2","amount_minus_fee":"1e0"}"#,
    r#""currency_received":{"currency":"BTC","amount":"2","amount_minus_fee":{}}"#,
    r#""currency_received":{"currency":"","amount":"2"}"#,
    r#""currency_received":{"currency":1.0,"amount":""}"#,
    r#""currency_received":[]"#,
    r#""currency_received":null"#,
    r#""fees":[{"amount":"1"}]"#,
    r#""fees":[ ]"#,
    r#""fees":"none""#,
    r#""isFinal":"no""#,
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn the_fields_for_javascript_equal_those_of_the_callback(fields in vec(select(FIELDS), 0..9)) {
        // The last of duplicate fields counts.
        let body = [&[r#""id":"17","status":"confirmed","type":"deposit""#], &*fields].concat().join(",");
        let body = format!("{{{body}}}");
        match (Callback::parse(body.as_bytes()), read_for_javascript(body.as_bytes())) {
            (Ok(callback), Ok(ForJavaScript { json, unclear })) => {
                let read: Value = serde_json::from_str(&json).unwrap();
                prop_assert_eq!(&read["isFinal"], &json!(callback.is_final()), "{}", body);
                prop_assert_eq!(&read["isDeposit"], &json!(callback.is_deposit()), "{}", body);
                let is_unexpected = json!(callback.is_unexpected_currency());
                prop_assert_eq!(&read["isUnexpectedCurrency"], &is_unexpected, "{}", body);
                prop_assert_eq!(&read["customerId"], &json!(callback.customer_id()), "{}", body);
                prop_assert_eq!(&read["needsReview"], &json!(callback.needs_review().map(Review::as_str)), "{}", body);
                let credit = callback.credit();
                prop_assert_eq!(&read["credit"], &json!(credit.as_ref().ok().copied().flatten()), "{}", body);
                let message = |error: &citrn::Error| error.message().to_owned();
                prop_assert_eq!(unclear.as_ref().map(message), credit.as_ref().err().map(message), "{}", body);
            }
            (Err(theirs), Err(ours)) => prop_assert_eq!(theirs.message(), ours.message(), "{}", body),
            (callback, read) => prop_assert_eq!(callback.is_ok(), read.is_ok(), "{}", body),
        }
    }
}
