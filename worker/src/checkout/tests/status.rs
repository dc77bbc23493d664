//! What is known of deposits.

use super::*;

#[test]
fn the_status_tells_what_the_inbox_knows() {
    let platform = Scripted::of(&[CREATED]);
    let url = link(&platform, "");
    let status = || ask(&platform, get(&format!("{url}/status?session=s-1&status=done")));
    assert!(status().body.contains("No deposit has been seen yet"));
    assert_eq!(status().header("refresh"), None, "nothing has begun");
    ask(&platform, deposit(1, "confirmed", MINE));
    platform.pass(Duration::from_secs(60));
    assert_eq!(ask(&platform, pay(&url, "coin=USDTT")).status, 200);
    let page = status();
    assert!(page.body.contains("No deposit has been seen yet"), "what was there before is another matter");
    assert!(
        page.body.contains(r#"href="https://shop.example/thanks""#) && page.body.contains("Back to Test &amp; Shop")
    );
    assert_eq!(page.header("refresh"), Some("5"));
    assert_eq!(ask(&platform, get(&format!("{url}/status?refresh=off"))).header("refresh"), None);

    platform.pass(Duration::from_secs(60));
    ask(&platform, deposit(2, "not_confirmed", MINE));
    ask(&platform, deposit(3, "confirmed", r#","foreign_id":"user-18","address":"T2""#));
    let page = status();
    for text in [
        "12.5 USDT on Tron",
        "waiting for the network",
        r#"<time datetime="1970-01-01T00:02:00.000Z">1970-01-01 00:02 UTC"#,
    ] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    assert_eq!(page.body.matches("<section").count(), 1, "{}", page.body);

    platform.pass(Duration::from_secs(60));
    ask(&platform, deposit(2, "confirmed", MINE));
    ask(&platform, deposit(1, "not_confirmed", MINE));
    let page = status();
    assert!(
        page.body.contains("Confirmed by the network") && page.body.contains("1970-01-01 00:03 UTC"),
        "{}",
        page.body
    );
    assert_eq!(page.header("refresh"), Some("60"));
    platform.pass(Duration::from_secs(1));
    ask(&platform, deposit(4, "cancelled", MINE));
    let page = status();
    assert!(page.body.find("Cancelled").unwrap() < page.body.find("Confirmed").unwrap(), "the latest first");
    assert!(!page.body.to_lowercase().contains("paid"), "{}", page.body);
}

#[test]
fn deposits_are_found_by_the_address_too_when_their_callback_names_nobody() {
    let platform = Scripted::of(&[Turn::Answers(200, r#"{"address":"rShared","tag":17}"#)]);
    let url = link_with(&platform, r#","coins":["XRP"],"mode":"address""#);
    assert_eq!(ask(&platform, pay(&url, "coin=XRP")).status, 200);
    let found = || ask(&platform, get(&format!("{url}/status"))).body.matches("<section").count();
    ask(&platform, deposit(1, "confirmed", r#","address":"rShared","memo":"18""#));
    ask(&platform, deposit(2, "confirmed", r#","address":"rShared""#));
    ask(&platform, deposit(3, "confirmed", r#","address":"rShared","memo":"17","foreign_id":"user-18""#));
    assert_eq!(found(), 0, "somebody else's");
    ask(&platform, deposit(4, "not_confirmed", r#","address":"rShared","tag":17"#));
    ask(&platform, deposit(4, "confirmed", ""));
    assert_eq!(found(), 1);
    let erase = |id: u32| {
        let url = format!("https://edge.example/v1/callbacks/{id}");
        ask(&platform, Sent::get(&url).by("DELETE").with("Authorization", &format!("Bearer {TOKEN}"))).status
    };
    assert_eq!((erase(4), found()), (200, 0), "what is erased is not found any more");
}

#[test]
fn a_payer_is_only_sent_where_the_operator_still_wants_him() {
    let platform = Scripted::default();
    let url = link(&platform, "");
    let other = service(&platform, &[("ALLOWED_RETURN_ORIGINS", Some("https://other.example"))]);
    let (answer, _) = platform.run(other.serve(get(&format!("{url}/status"))));
    assert!(answer.status == 200 && !answer.body.contains("shop.example/thanks"), "{}", answer.body);
}
