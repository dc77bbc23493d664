//! Pages in a frame, and the mark of a sandbox.

use super::*;

const TO_GATEWAY: &str = r#"<a class="button first" href="https://pay.example/s-1" rel="noreferrer""#;

#[test]
fn in_a_frame_the_gateways_page_opens_in_a_new_tab() {
    let platform = gateway(&[CREATED]);
    let url = link(&platform, "");
    let in_frame = |request: Sent| request.with("Sec-Fetch-Dest", "iframe");
    for request in [in_frame(pay(&url, "coin=USDTT")), pay(&url, "coin=USDTT&framed=1")] {
        let page = send(&platform, request);
        assert!(page.status == 200 && !page.body.contains("http-equiv=\"refresh\""), "{}", page.body);
        let path = url.strip_prefix(ORIGIN).unwrap();
        let button = format!(r#"{TO_GATEWAY} target="_blank" data-next="{path}/status">"#);
        assert!(page.body.contains(&button), "{}", page.body);
        assert!(page.body.contains(&format!(r#"href="{path}/status">"#)), "the status without JavaScript");
    }
    let page = send(&platform, pay(&url, "coin=USDTT").with("Sec-Fetch-Dest", "document"));
    assert!(page.body.contains("http-equiv=\"refresh\"") && page.body.contains(&format!("{TO_GATEWAY}>")));
}

#[test]
fn the_way_back_to_the_shop_leaves_the_frame() {
    let platform = gateway(&[]);
    let url = link(&platform, r#","expires_in":60"#);
    let leaves = |page: &Answer| page.body.contains(r#"<a target="_top" class="button"#);
    assert!(leaves(&send(&platform, get(&format!("{url}/status")))));
    platform.pass(Duration::from_secs(60));
    assert!(leaves(&send(&platform, get(&url))));
}

#[test]
fn only_a_gateway_behind_plain_http_is_marked_as_a_sandbox() {
    for (base, is_sandbox) in [
        ("http://127.0.0.1:8788/api", true),
        (" HTTP://sandbox.localhost/api", true),
        ("https://gateway.example/api", false),
        ("documented", false),
        ("", false),
    ] {
        let platform = gateway(&[]);
        let url = link(&platform, "");
        let app = app(&platform, &[("CITRN_BASE_URL", Some(base))]);
        for page in [get(&url), get(&format!("{ORIGIN}/c/x"))] {
            let (page, _) = platform.run(app.serve(page));
            assert_eq!(page.body.contains("<strong>SANDBOX</strong>"), is_sandbox, "{base}: {}", page.body);
        }
    }
}
