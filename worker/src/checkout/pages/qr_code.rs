//! QR codes as SVG.

use core::fmt::Write as _;

use maud::{Markup, html};
use qrcodegen::{QrCode, QrCodeEcc, QrSegment};

/// The width of the margin that scanners need, in modules (ISO/IEC 18004, "Quiet zone").
const QUIET_ZONE: i32 = 4;

/// Renders the QR code of a text, black on white also in dark mode; `None` for a text that is too long.
///
/// Error correction is at least level M: up to 15 % of the code may be covered or damaged.
pub fn svg(text: &str, label: &str) -> Option<Markup> {
    let code = QrCode::encode_segments(&[QrSegment::make_bytes(text.as_bytes())], QrCodeEcc::Medium).ok()?;
    let size = code.size();
    let whole = size.saturating_add(2 * QUIET_ZONE);
    let mut dark = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let run = (x..size).take_while(|x| code.get_module(*x, y)).count();
            let run = i32::try_from(run).unwrap_or_default();
            if run > 0 {
                // Writing to a String cannot fail.
                let _ =
                    write!(dark, "M{} {}h{run}v1h-{run}z", x.saturating_add(QUIET_ZONE), y.saturating_add(QUIET_ZONE));
            }
            x = x.saturating_add(run).saturating_add(1);
        }
    }
    Some(html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (whole) " " (whole) } role="img" aria-label=(label)
            shape-rendering="crispEdges" class="qr" {
            rect width="100%" height="100%" fill="#fff" {}
            path d=(dark) fill="#000" {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_modules_are_drawn_inside_a_quiet_zone() {
        let svg = svg("bitcoin:bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "a \"code\"").unwrap().into_string();
        assert!(svg.contains(r#"viewBox="0 0 41 41""#), "{svg}");
        // The finder pattern in the first corner: seven dark modules after the quiet zone.
        assert!(svg.contains("<path d=\"M4 4h7v1h-7z"), "{svg}");
        assert!(svg.contains(r#"aria-label="a &quot;code&quot;""#), "{svg}");
    }

    #[test]
    fn a_text_that_is_too_long_has_no_qr_code() {
        assert!(svg(&"x".repeat(2_332), "").is_none());
        assert!(svg(&"x".repeat(2_331), "").is_some());
    }
}
