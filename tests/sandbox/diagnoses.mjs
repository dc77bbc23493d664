// The usual mistakes about signatures, and what the sandbox's log and `citrn verify` say about each of them.
import { createHash, createHmac } from "node:crypto";
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";

/**
 * A mistake: a body as it is received, the signature that comes with it, and the end of the sentence about it. In it,
 * `{secret}` is the name of the secret.
 *
 * @typedef {{ name: string, secret: string, body: string | Buffer, signature: string, says: string }} Diagnosis
 */

export const API_KEY = "public-key-17";
const SECRET = "AbCdEfG123456";
const BOM = "\u{feff}";

/** A request with a character for each style of escapes. */
const VALUE = { url: "https://a.example/?q=ü'<&>", list: [1, {}, { b: "0.10", a: null }], at: "a\u007fb" };
const BODY = JSON.stringify(VALUE);

const hmac = (key, body, algorithm = "sha512") => createHmac(algorithm, key).update(body).digest();
const signed = (body, secret = SECRET) => hmac(secret, body).toString("hex");
const base64 = (bytes) => Buffer.from(bytes).toString("base64");
const hyphenated = (hex) => hex.toUpperCase().replaceAll(/(..)(?=.)/g, "$1-");

/** Escapes characters as `\uXXXX`. */
const escaped = (json, characters, hex = (unit) => unit.toString(16)) =>
  json.replaceAll(characters, (unit) => `\\u${hex(unit.charCodeAt(0)).padStart(4, "0")}`);
const upperHex = (unit) => unit.toString(16).toUpperCase();
const NOT_ASCII = /[\u0080-\uffff]/g;
const slashes = (json) => json.replaceAll("/", "\\/");
const php = (json) => slashes(escaped(json, NOT_ASCII));
const spaced = (json) => json.replaceAll(/(?<=[\]}"\dl]),|(?<="):(?=[^/])/g, "$& ");

/** The signature in another form, of the usual body. */
const form = (name, signature, says) => ({ name, secret: SECRET, body: BODY, signature, says });
/** Signed with another key than the secret. */
const key = (name, secret, actual, says) => ({ name, secret, body: BODY, signature: signed(BODY, actual), says });
/** Another body was signed than the one received. */
const altered = (name, signedBody, body, says) => ({ name, secret: SECRET, body, signature: signed(signedBody), says });
/** JSON was signed in another style than it was received. */
const rewritten = (name, signedBody, body, style) =>
  altered(
    name,
    signedBody,
    body,
    `it was made over the body ${style}; the JSON was parsed and written again: sign and verify the exact bytes`,
  );

const RIGHT = signed(BODY);
const OTHER_CHARACTERS =
  "it is correct but has other characters in it, such as a prefix, quotes or hyphens: send only its hex digits";
const SHA256 = "it is an HMAC-SHA256: it must be an HMAC-SHA512";
const PLAIN_DIGEST = "it is a plain SHA-512 digest: it must be an HMAC-SHA512 with the secret as its key";
const over = (difference) => `it was made over the body ${difference}`;
const digest = (text) => createHash("sha512").update(text).digest("hex");

/** @type {readonly Diagnosis[]} */
export const DIAGNOSES = [
  form(
    "upper-case hex",
    RIGHT.toUpperCase(),
    "it is correct but in upper-case hex: the documentation shows lower case",
  ),
  form("white space around it", `\u00a0${RIGHT}`, "it is correct but has white space around it"),
  form("empty", "", "it is empty"),
  form("cut off", RIGHT.slice(0, 100), "it is correct but cut off: send all of its 128 hex digits"),
  form("too little to recognise", RIGHT.slice(0, 63), "it has 63 hex digits: an HMAC-SHA512 has 128"),
  form("too short", "ab".repeat(40), "it has 80 hex digits: an HMAC-SHA512 has 128"),
  form("no hex", "z".repeat(128), "it is not hex: it must be the 128 lower-case hex digits of an HMAC-SHA512"),
  form("base64", base64(hmac(SECRET, BODY)), "it is correct but in base64: it must be in lower-case hex"),
  form(
    "base64 for URLs",
    hmac(SECRET, BODY).toString("base64url"),
    "it is correct but in base64: it must be in lower-case hex",
  ),
  form("hex in base64", base64(RIGHT), "it is correct but its hex was encoded again, in base64"),
  form("prefix", `sha512=${RIGHT}`, OTHER_CHARACTERS),
  form("quotes", `"${RIGHT}"`, OTHER_CHARACTERS),
  form("spaces between bytes", RIGHT.replaceAll(/(..)(?=.)/g, "$1 "), OTHER_CHARACTERS),
  form("hyphens of .NET", hyphenated(RIGHT), OTHER_CHARACTERS),
  form("SHA-256", hmac(SECRET, BODY, "sha256").toString("hex"), SHA256),
  form("SHA-256 in base64", base64(hmac(SECRET, BODY, "sha256")), SHA256),
  form("digest of the body", digest(BODY), PLAIN_DIGEST),
  form("digest of secret and body", digest(SECRET + BODY), PLAIN_DIGEST),
  form("digest of body and secret", digest(BODY + SECRET), PLAIN_DIGEST),
  form(
    "key and message swapped",
    signed(SECRET, BODY),
    "it was made with the body as the key and the secret as the message: swap the two",
  ),

  key(
    "public key",
    SECRET,
    API_KEY,
    "it was made with the public key instead of the secret: perhaps the two are swapped",
  ),
  key("line break behind the secret", SECRET, `${SECRET}\n`, "it was made with a line break after {secret}"),
  key("secret with white space", ` ${SECRET}\t`, SECRET, "it was made without the white space around {secret}"),
  key("secret with quotes", `'${SECRET}'`, SECRET, "it was made without the quotes around {secret}"),
  key("quotes around the secret", SECRET, `"${SECRET}"`, "it was made with quotes around {secret}"),
  key(
    "secret decoded from hex",
    "00ff17ab",
    Buffer.from("00ff17ab", "hex"),
    "it was made with {secret} decoded from hex: the key is its text",
  ),
  key(
    "secret decoded from base64",
    "c2VjcmV0IQ==",
    "secret!",
    "it was made with {secret} decoded from base64: the key is its text",
  ),
  key(
    "another secret",
    SECRET,
    "another",
    "it matches none of the usual mistakes: the secret is another one, or the body changed after it was signed",
  ),

  altered("empty body signed", "", BODY, "it was made over an empty body"),
  altered("empty object signed", "{}", BODY, "it was made over `{}`, which is not the body"),
  altered("empty list signed", "[]", BODY, "it was made over `[]`, which is not the body"),
  altered("BOM added", BODY, BOM + BODY, over("without the byte-order mark (BOM) at its start")),
  altered("BOM lost", BOM + BODY, BODY, over("with a byte-order mark (BOM) at its start")),
  altered("BOM inside", BODY, BODY.replace("[", `[${BOM}`), over("without the byte-order marks (BOM) in it")),
  altered(
    "BOM and line break added",
    BODY,
    `${BOM}${BODY}\r\n`,
    over("without the byte-order mark (BOM) at its start and the white space around it"),
  ),
  altered("line feed added", BODY, `${BODY}\n`, over("without the line break at its end")),
  altered("CR LF added", BODY, `${BODY}\r\n`, over("without the line break at its end")),
  altered("line feed lost", `${BODY}\n`, BODY, over("with a line break at its end")),
  altered("CR LF lost", `${BODY}\r\n`, BODY, over("with a line break (CR LF) at its end")),
  altered("spaces added", BODY, `  ${BODY} `, over("without the white space around it")),
  altered("LF became CR LF", '{\n"a":1}', '{\r\n"a":1}', over("with LF as its line breaks, in place of CR LF")),
  altered("CR LF became LF", '{\r\n"a":1}', '{\n"a":1}', over("with CR LF as its line breaks")),
  altered("compressed with gzip", BODY, gzipSync(BODY), over("before its compression with gzip")),
  altered("compressed with zlib", BODY, deflateSync(BODY), over("before its compression with zlib (deflate)")),
  altered("compressed with deflate", BODY, deflateRawSync(BODY), over("before its compression with deflate")),
  altered("UTF-16", BODY, Buffer.from(BOM + BODY, "utf16le"), over("in UTF-8: this one is in UTF-16")),
  altered(
    "encoded as UTF-8 twice",
    BODY,
    Buffer.from(Buffer.from(BODY).toString("latin1")),
    over("before a conversion from Latin-1 to UTF-8 (`Ã¼` for `ü`)"),
  ),
  altered("serialised twice", BODY, JSON.stringify(BODY), over("before it became a JSON text")),
  altered(
    "signed after a second serialisation",
    JSON.stringify(BODY),
    BODY,
    over("as a JSON text in quotes: it was serialised twice"),
  ),
  altered(
    "gzip of another body",
    "another",
    gzipSync(BODY),
    "the body is compressed with gzip, and its content does not fit either",
  ),
  altered(
    "bytes lost",
    "another",
    BODY.replace("ü", "\ufffd"),
    "the body contains the replacement character U+FFFD: bytes were lost when it was decoded; read it as bytes",
  ),

  rewritten("spaces lost", spaced(BODY), BODY, "as JSON with a space after each comma and colon (Python's default)"),
  rewritten("indented", JSON.stringify(VALUE, null, 2), BODY, "as pretty-printed JSON"),
  rewritten("indented by tabs", JSON.stringify(VALUE, null, "\t"), BODY, "as pretty-printed JSON"),
  rewritten("spaces in between", BODY, JSON.stringify(VALUE, null, 4), "as compact JSON"),
  rewritten(
    "keys sorted",
    '{"a":1,"b":[{"c":2,"d":3}]}',
    '{"b":[{"d":3,"c":2}],"a":1}',
    "with its keys in another order (alphabetical)",
  ),
  rewritten(
    "plain characters escaped",
    BODY,
    php(BODY),
    "with plain characters instead of escapes (`/` for `\\/`, `ü` for `\\u00fc`)",
  ),
  rewritten("escaped slashes lost", slashes(BODY), BODY, "with escaped slashes (`\\/`)"),
  rewritten("escapes lost", escaped(BODY, NOT_ASCII), BODY, "with \\u escapes (`\\u00fc` for `ü`)"),
  rewritten("PHP's escapes lost", php(BODY), BODY, "with escaped slashes (`\\/`) and \\u escapes (PHP's default)"),
  rewritten(
    "upper-case escapes lost",
    escaped(BODY, NOT_ASCII, upperHex),
    BODY,
    "with \\u escapes in upper-case hex (`\\u00FC` for `ü`)",
  ),
  rewritten("Go's escapes lost", escaped(BODY, /[<>&]/g), BODY, "with \\u escapes for `<`, `>` and `&` (Go's default)"),
  rewritten(
    "escapes for HTML lost",
    slashes(escaped(BODY, /[<>&]/g)),
    BODY,
    "with escaped slashes (`\\/`) and \\u escapes for `<`, `>` and `&`",
  ),
  rewritten(
    "Gson's escapes lost",
    escaped(BODY, /[<>&='\u2028]/g),
    BODY,
    "with \\u escapes for `<`, `>`, `&`, `=` and `'` (Gson's default)",
  ),
  rewritten(
    ".NET's escapes lost",
    escaped(BODY, /[<>&'+`\u007f-\uffff]/g, upperHex),
    BODY,
    "with \\u escapes for quotes, `<`, `>`, `&`, `+` and non-ASCII characters (.NET's default)",
  ),
  rewritten(
    "a callback of the sandbox written again",
    '{"type":"block\\u0063hain","to":"a\\/b"}',
    '{"type":"blockchain","to":"a/b"}',
    "with the escapes of this sandbox's callbacks (`\\/`, `\\u0063` for `c`)",
  ),
  rewritten(
    "PHP's JSON written again behind a BOM",
    php(BODY),
    BOM + BODY,
    "without the byte-order mark (BOM) at its start and with escaped slashes (`\\/`) and \\u escapes (PHP's default)",
  ),
];
