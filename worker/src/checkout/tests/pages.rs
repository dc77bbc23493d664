//! Properties of all pages.

use super::*;

/// A page of every kind.
fn pages() -> Vec<(&'static str, Answer)> {
    let platform = gateway(&[CREATED, TAKEN, Turn::Answers(500, "")]);
    let url = link(&platform, r#","mode":"both""#);
    let short = link(&platform, r#","expires_in":60"#);
    let none = link_with(&platform, r#","coins":["NOPE"]"#);
    let mut pages = vec![
        ("picker", send(&platform, get(&url))),
        ("redirect", send(&platform, pay(&url, "coin=USDTT"))),
        ("address", send(&platform, pay(&url, "coin=USDTT&mode=address"))),
        ("status", send(&platform, get(&format!("{url}/status")))),
        ("status of a status token", send(&platform, get(&status_url(&platform)))),
        ("picker of a status token", send(&platform, get(status_url(&platform).strip_suffix("/status").unwrap()))),
        ("no coin", send(&platform, get(&none))),
        ("not offered", send(&platform, pay(&url, "coin=NOPE"))),
        ("too large", send(&platform, pay(&url, &"x".repeat(5_000)))),
        ("no such page", send(&platform, get(&format!("{url}/x")))),
        ("method", send(&platform, get(&url).by("PUT"))),
        ("invalid", send(&platform, get(&format!("{ORIGIN}/c/x")))),
        ("no token", send(&platform, get(&format!("{ORIGIN}/c/")))),
        ("head", send(&platform, get(&url).by("HEAD"))),
    ];
    platform.pass(Duration::from_secs(601));
    pages.push(("expired", send(&platform, get(&short))));
    pages.push(("gateway failed", send(&platform, pay(&url, "coin=USDTT"))));
    let off = app(&platform, &[("CHECKOUT_SECRETS", None)]);
    pages.push(("off", platform.run(off.serve(get(&url))).0));
    platform.limit(Limiter::Address, 0);
    pages.push(("too many", send(&platform, get(&url))));
    platform.limit(Limiter::Address, 99);
    platform.unreachable();
    pages.push(("storage", send(&platform, get(&format!("{url}/status")))));
    pages
}

fn status_url(platform: &Scripted) -> String {
    let sent = platform.seen().into_iter().find_map(|request| {
        let sent: Value = serde_json::from_slice(request.body.as_deref()?).ok()?;
        sent["return_url"].as_str().map(str::to_owned)
    });
    sent.unwrap()
}

#[test]
fn every_page_is_isolated_from_other_sites() {
    for (name, page) in pages() {
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"), "{name}");
        for (header, value) in [
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(page.header(header), Some(value), "{name}");
            assert_eq!(page.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(header)).count(), 1);
        }
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; ") && policy.contains("frame-ancestors 'none'"), "{name}");
    }
}
