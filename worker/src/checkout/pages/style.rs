//! The style and the script of the pages. `Content-Security-Policy` allows them by hash, so injected ones do not run.

/// The style of every page.
pub const STYLE: &str = "\
:root{color-scheme:light dark;--page:#f3f5f8;--card:#fff;--ink:#141a24;--soft:#4d5868;--line:#d5dbe4;--act:#0b57d0;--on:#fff;\
--warn:#8a4b00;--warn-bg:#fff4e0;--good:#0b6b3a;--bad:#b3261e}\
@media(prefers-color-scheme:dark){:root{--page:#0f1318;--card:#1a2029;--ink:#eef1f6;--soft:#b0bac8;--line:#38424f;--act:#a8c7fa;\
--on:#062e6f;--warn:#ffcf8a;--warn-bg:#3a2a10;--good:#7ddba3;--bad:#ffb4ab}}\
*{box-sizing:border-box}[hidden]{display:none!important}\
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,sans-serif}\
header,main,footer{max-width:30rem;margin:0 auto;padding:1rem}\
header{display:flex;align-items:center;gap:.75rem;font-weight:600;padding-top:1.5rem;overflow-wrap:anywhere}\
header svg,.coin svg{flex:none;width:2.25rem;height:2.25rem}\
svg text{fill:#fff;font-size:17px;font-weight:600;text-anchor:middle;text-transform:uppercase}\
main{background:var(--card);border:1px solid var(--line);border-radius:1rem;padding:1.5rem 1.25rem;width:calc(100% - 1.5rem)}\
h1{font-size:1.375rem;line-height:1.25;margin:0 0 .5rem;overflow-wrap:anywhere}\
h2{font-size:1rem;margin:0}\
p{margin:.5rem 0}main>:last-child{margin-bottom:0}\
.soft,footer{color:var(--soft);font-size:.875rem}\
footer{text-align:center}\
fieldset{border:0;margin:1.25rem 0;padding:0;min-width:0}\
legend{font-weight:600;padding:0;margin-bottom:.5rem}\
.coin{display:flex;align-items:center;gap:.75rem;min-height:3.5rem;padding:.5rem .75rem;margin:.5rem 0;border:1px solid var(--line);\
border-radius:.75rem;cursor:pointer}\
.coin input{flex:none;width:1.25rem;height:1.25rem;margin:0;accent-color:var(--act)}\
.coin span{flex:1;min-width:0;overflow-wrap:anywhere}\
.coin small{color:var(--soft);overflow-wrap:anywhere}\
main h2.earlier{margin-top:1.5rem}\
.coin:has(:checked){border-color:var(--act);box-shadow:inset 0 0 0 1px var(--act)}\
button,.button{display:block;width:100%;min-height:3rem;padding:.75rem 1rem;margin:.75rem 0 0;border:1px solid var(--act);border-radius:.75rem;\
background:none;color:var(--act);font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}\
.first{background:var(--act);color:var(--on)}\
a{color:var(--act)}\
.links a{display:inline-block;padding:.625rem 0}\
:focus-visible{outline:3px solid var(--act);outline-offset:2px}\
.coin:has(:focus-visible){outline:3px solid var(--act);outline-offset:2px}\
.value{display:flex;align-items:stretch;gap:.5rem;margin:.25rem 0 1rem}\
.value code{flex:1;min-width:0;padding:.75rem;border:1px solid var(--line);border-radius:.75rem;font:1rem/1.4 ui-monospace,Menlo,Consolas,monospace;\
overflow-wrap:anywhere;user-select:all;-webkit-user-select:all}\
.value button{flex:none;width:auto;min-width:6rem;margin:0}\
.unseen{position:absolute;width:1px;height:1px;margin:0;overflow:hidden;clip-path:inset(50%)}\
.label{font-weight:600;margin:0}\
.warn{background:var(--warn-bg);color:var(--ink);border:1px solid var(--warn);border-radius:.75rem;padding:.75rem 1rem;margin:1rem 0}\
.warn h2{color:var(--warn);font-size:1.125rem}\
.warn .value{margin-bottom:.25rem}\
.qr{display:block;width:min(100%,15rem);height:auto;margin:1rem auto;border-radius:.75rem}\
.deposit{border:1px solid var(--line);border-radius:.75rem;padding:.75rem 1rem;margin:.75rem 0}\
.deposit h2{font-size:1.25rem;overflow-wrap:anywhere}\
.confirmed p:first-of-type{color:var(--good);font-weight:600}\
.cancelled p:first-of-type{color:var(--bad);font-weight:600}";

/// SHA-256 of [`STYLE`], in base64.
pub const STYLE_HASH: &str = "DU37DW4FizESezB9S/nIN6Xfff4N3cfbz8k5bLB5QzM=";

/// Copies the address and the memo. The buttons are visible only if the script runs. The button of the copied value
/// confirms it, and a status region announces it to screen readers.
pub const SCRIPT: &str = "\
const B=document.querySelectorAll('[data-copy]'),s=document.getElementById('said');\
for(const b of B){const v=document.getElementById(b.dataset.copy),t=b.textContent;\
b.hidden=false;b.onclick=async()=>{for(const o of B)o.textContent=t;s.textContent='';\
try{await navigator.clipboard.writeText(v.textContent);s.textContent=b.textContent=b.dataset.done}\
catch{getSelection().selectAllChildren(v)}}}";

/// SHA-256 of [`SCRIPT`], in base64.
pub const SCRIPT_HASH: &str = "3qBeA/8qjPrZN1PGwgISgJG5sEfjUUqlJdJX/1BoaOo=";

#[cfg(test)]
mod tests {
    use base64ct::{Base64, Encoding};
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_hashes_match_the_style_and_the_script() {
        for (text, hash) in [(STYLE, STYLE_HASH), (SCRIPT, SCRIPT_HASH)] {
            assert_eq!(hash, Base64::encode_string(&Sha256::digest(text)));
            assert!(!text.contains("</"));
        }
    }
}
