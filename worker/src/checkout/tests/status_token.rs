//! Status tokens: the gateway receives one, which opens only the status page.

use base64ct::{Base64UrlUnpadded, Encoding};

use super::*;

/// Starts a redirect session. Returns the URLs of the link, and of its status page as the gateway received it.
fn link_and_status(platform: &Scripted, more: &str) -> (String, String) {
    let url = link(platform, more);
    platform.then(&[CREATED]);
    assert_eq!(send(platform, pay(&url, "coin=USDTT")).status, 200);
    let status = sent_return_url(platform);
    (url, status)
}

fn token_of(url: &str) -> &str {
    url.strip_prefix(ORIGIN).unwrap().split('/').nth(2).unwrap()
}

#[test]
fn the_gateway_receives_a_token_that_opens_only_the_status() {
    let platform = gateway(&[]);
    let (url, status) = link_and_status(&platform, r#","mode":"both""#);
    platform.then(&[TAKEN]);
    assert_eq!(send(&platform, pay(&url, "coin=USDTT&mode=address")).status, 200);
    assert!(!status.contains(token_of(&url)), "{status}");
    let calls = platform.seen().len();
    let picker = status.strip_suffix("/status").unwrap();
    for request in [get(picker), pay(picker, "coin=USDTT"), pay(picker, "coin=USDTT&mode=address&again=1")] {
        let page = send(&platform, request);
        assert_payer_error(&page, 404, "link_not_found");
        let status = status.strip_prefix(ORIGIN).unwrap();
        assert!(page.body.contains(&format!("href=\"{status}\">Open the link again")), "{}", page.body);
        assert!(!page.body.contains("T1") && !page.body.contains("<form"), "{}", page.body);
    }
    assert_eq!(platform.seen().len(), calls);
}

#[test]
fn the_page_of_a_status_token_does_not_link_to_other_pages() {
    let platform = gateway(&[]);
    let (url, status) = link_and_status(&platform, r#","mode":"both""#);
    platform.then(&[TAKEN]);
    assert_eq!(send(&platform, pay(&url, "coin=USDTT&mode=address")).status, 200);
    let status_path = status.strip_prefix(ORIGIN).unwrap();
    send(&platform, deposit(1, "not_confirmed", MINE));
    let page = send(&platform, get(&format!("{status}?session=s-1")));
    assert!(page.body.contains("waiting for the network"), "{}", page.body);
    for hidden in [token_of(&url), "<form", "Show the deposit address again", "start again", "T1"] {
        assert!(!page.body.contains(hidden), "{hidden}: {}", page.body);
    }
    for href in page.body.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        let allowed = [status_path, "https://shop.example/thanks", "data:,"];
        assert!(allowed.contains(&href.split('?').next().unwrap()), "{href}");
    }
    let own = send(&platform, get(&format!("{url}/status")));
    for offered in ["Show the deposit address again", "start again", "waiting for the network"] {
        assert!(own.body.contains(offered), "{offered}: {}", own.body);
    }
}

#[test]
fn a_link_has_only_one_status_token() {
    let platform = gateway(&[]);
    let (url, first) = link_and_status(&platform, r#","expires_in":200000"#);
    let rotated = "b:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=,a:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    let app = app(&platform, &[("CHECKOUT_SECRETS", Some(rotated))]);
    platform.pass(Duration::from_secs(601));
    platform.then(&[CREATED_AGAIN]);
    assert_eq!(platform.run(app.serve(pay(&url, "coin=USDTT"))).0.status, 200);
    assert_eq!(sent_return_url(&platform), first);
    assert_eq!(platform.run(app.serve(get(&first))).0.status, 200);
    let (_, other) = link_and_status(&platform, "");
    assert_ne!(other, first);
}

#[test]
fn an_unavailable_status_links_to_itself() {
    let platform = gateway(&[]);
    let (url, status) = link_and_status(&platform, "");
    platform.unreachable();
    let page = send(&platform, get(&status));
    assert_payer_error(&page, 503, "storage_unavailable");
    let path = status.strip_prefix(ORIGIN).unwrap();
    assert!(page.body.contains(&format!("href=\"{path}\">Try again")), "{}", page.body);
    assert!(!page.body.contains(token_of(&url)));
    assert_eq!(page.header("refresh"), Some("60"));
}

#[test]
fn no_mutation_of_a_status_token_opens_anything() {
    let platform = gateway(&[]);
    let (url, status) = link_and_status(&platform, r#","mode":"both""#);
    let (link, status) = (token_of(&url).to_owned(), token_of(&status).to_owned());
    let objects = platform.databases().len();
    let calls = platform.seen().len();
    let mut random = Random(0x5EED);
    for _ in 0..1_500 {
        let mutant = mutate(&status, &mut random);
        if mutant == status || mutant == link {
            continue;
        }
        let at = format!("{ORIGIN}/c/{mutant}");
        for request in [get(&at), pay(&at, "coin=USDTT"), get(&format!("{at}/status"))] {
            let page = send(&platform, request);
            assert_eq!(page.status, 404, "{mutant}: {}", page.body);
        }
    }
    assert_eq!((platform.databases().len(), platform.seen().len()), (objects, calls));
}

/// Returns a mutation of a status token.
fn mutate(token: &str, random: &mut Random) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=";
    let (kid, text) = token.split_once('.').unwrap();
    let bytes = Base64UrlUnpadded::decode_vec(text).unwrap();
    let written = |bytes: &[u8]| format!("{kid}.{}", Base64UrlUnpadded::encode_string(bytes));
    let mut chars: Vec<u8> = token.bytes().collect();
    match random.below(6) {
        0 => {
            let at = random.below(chars.len());
            chars[at] = random.pick(ALPHABET);
        }
        1 => {
            let at = random.below(chars.len());
            chars.insert(at, random.pick(ALPHABET));
        }
        2 => {
            let (start, end) = (random.below(chars.len()), random.below(chars.len()));
            chars.drain(start.min(end)..start.max(end));
        }
        // The length of a link token, with bytes of the status token in any order.
        3 => return written(&(0..48).map(|_| random.pick(&bytes)).collect::<Vec<u8>>()),
        // A nonce and a MAC from arbitrary places of the token.
        4 => {
            let (nonce, tag) = (random.below(bytes.len() - 15), random.below(bytes.len() - 31));
            return written(&[&bytes[nonce..nonce + 16], &bytes[tag..tag + 32]].concat());
        }
        _ => {
            let mut bytes = bytes;
            let (at, bit) = (random.below(bytes.len()), random.below(8));
            bytes[at] ^= 1 << bit;
            return written(&bytes);
        }
    }
    String::from_utf8(chars).unwrap()
}
