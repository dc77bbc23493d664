//! Compares the reading of URLs with the platform's parser.

use citrn::url::Url;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn urls_are_normalised_by_the_platform() {
    let url = Url::parse("HTTPS://Shop.Example:443/a b").unwrap();
    assert_eq!((url.href.as_str(), url.origin.as_str()), ("https://shop.example/a%20b", "https://shop.example"));
    assert!(Url::parse("https://u:p@shop.example").unwrap().has_credentials);
    assert!(Url::parse("http://[::1]:8788/").unwrap().is_loopback());
    assert_eq!(Url::parse("/thanks"), None);
}

#[wasm_bindgen_test]
fn the_parts_of_a_url_equal_the_platforms() {
    for text in [
        "https://shop.example",
        "HTTPS://Shop.Example:443/a/../b?c#d",
        "http://shop.example:80/",
        "http://shop.example:8080?x=@y",
        "https://u@shop.example/",
        "https://:p@shop.example:444/",
        "https://@shop.example/",
        "https://a@b@shop.example/",
        "https://shop.example\\@evil.example/",
        "https://shop.example/@evil.example",
        "https://shop.example#@evil.example",
        "http://[::1]:8788/",
        "http://[::]/",
        "http://127.1/",
        "https://\u{fc}ber.example/",
        "ws://shop.example:9/",
        "ftp://u:p@shop.example/",
        "file:///etc/hosts",
        "https://shop.example/thanks",
        "https://shop-1.example/a/b-c_d.e?f=g&h=i",
        "https://shop.example//a//",
        "https://shop.example/a/./b",
        "https://shop.example/a/../b",
        "https://shop.example/..",
        "https://shop.example/a/.b",
        "https://shop.example/a?b=/../c",
        "https://shop.example/a?b#c",
        "https://shop.example/a'b?c'd",
        "https://shop.example/%2e%2e/a",
        "https://shop.example/?",
        "https://Shop.example/a",
        "https://shop.example:443/a",
        "https://1.2.3/a",
        "https://1.2.3.4.5/a",
        "https://shop.0x7f/a",
        "https://shop.1/a",
        "https://shop.1a/a",
        "https://shop.a1/a",
        "https://127.0.0.1/a",
        "https://0x7f000001/a",
        "https://xn--a/a",
        "https://xn--fiqs8s/a",
        "https://xn--.example/a",
        "https://-shop.example/a",
        "https://shop-.example/a",
        "https://sh--op.example/a",
        "https://shop..example/a",
        "https://shop.example./a",
        "https://.example/a",
        "https:///a",
        "https://shop_1.example/a",
        "mailto:a@b.example",
        "javascript:alert(1)",
        "data:,x",
    ] {
        let (ours, platforms) = (Url::parse(text), web_sys::Url::new(text).ok());
        let (Some(ours), Some(platforms)) = (&ours, &platforms) else {
            assert_eq!(ours.is_none(), platforms.is_none(), "{text}");
            continue;
        };
        assert_eq!(format!("{}:", ours.scheme), platforms.protocol(), "{text}");
        assert_eq!(ours.href, platforms.href(), "{text}");
        // Browsers differ about the origin of a file URL, which this crate does not use.
        assert!(ours.scheme == "file" || ours.origin == platforms.origin(), "{text}");
        assert_eq!(ours.host, platforms.hostname(), "{text}");
        let credentials = !platforms.username().is_empty() || !platforms.password().is_empty();
        assert_eq!(ours.has_credentials, credentials, "{text}");
    }
}
