//! From an endpoint and its parameters to method, URL, headers and body bytes.

use core::fmt;
use std::sync::Arc;

use crate::{
    Error, KEY_HEADER, SIGNATURE_HEADER, Secret, Signature,
    call::{COINS, Call},
    characters::has_outer_white_space,
    endpoint::{Endpoint, EndpointSpec, Fields, Host, Kind, Method, Rule},
    endpoints,
    error::Reference,
    json::{Document, Json},
    url::Url,
    validate::{secret_stays_out, validate},
};

/// Where requests go. They carry the account's key and signature, so plain http is for this machine only, unless
/// [`RequestOptions::allow_insecure_base_url`] is set.
///
/// The documentation prints `https://app.citrn.io/api` for nine endpoints and `https://app.citrn.com/api` for the three
/// newest (create-quota, make-exchange, create-payment); both hosts are in use. By default each endpoint goes to the
/// host printed for it. [`BaseUrl::one`] sends all of them to one base: a sandbox, or what onboarding told you.
///
/// ```
/// use citrn::BaseUrl;
/// assert_eq!(BaseUrl::one("http://127.0.0.1:8788/api/")?, BaseUrl::one("http://127.0.0.1:8788/api")?);
/// assert_eq!(BaseUrl::one("127.0.0.1:8788").unwrap_err().field(), Some("base_url"));
/// # Ok::<(), citrn::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    io: String,
    com: String,
    is_secure: bool,
}

impl BaseUrl {
    /// The documented hosts.
    #[must_use]
    pub fn documented() -> Self {
        let of = |host: Host| host.documented_base_url().to_owned();
        Self { io: of(Host::Io), com: of(Host::Com), is_secure: true }
    }

    /// One base for all endpoints, with its path, such as `http://127.0.0.1:8788/api`.
    ///
    /// # Errors
    /// `invalid_configuration` when it is not an absolute http or https URL, or carries credentials, a query or a
    /// fragment.
    pub fn one(base: &str) -> Result<Self, Error> {
        Self::each(base, base)
    }

    /// One base for the nine endpoints on `.io` and one for the three on `.com`.
    ///
    /// # Errors
    /// As [`BaseUrl::one`].
    pub fn each(io: &str, com: &str) -> Result<Self, Error> {
        let (io, com) = (base(io)?, base(com)?);
        Ok(Self { is_secure: io.is_secure() && com.is_secure(), io: io.href, com: com.href })
    }

    pub(crate) fn of(&self, host: Host) -> &str {
        match host {
            Host::Io => &self.io,
            Host::Com => &self.com,
        }
    }
}

impl Default for BaseUrl {
    fn default() -> Self {
        Self::documented()
    }
}

fn base(text: &str) -> Result<Url, Error> {
    let problem = match Url::parse(text) {
        None => "must be an absolute URL, such as https://app.citrn.io/api",
        Some(url) if url.scheme != "https" && url.scheme != "http" => "must be an http or https URL",
        Some(url) if url.has_credentials => "must not carry a user name or a password",
        Some(_) if text.contains(['?', '#']) => "must not have a query or a fragment",
        Some(url) => return Ok(Url { href: url.href.trim_end_matches('/').to_owned(), ..url }),
    };
    Err(Error::configuration("base_url", problem))
}

/// What shapes a request besides its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RequestOptions {
    /// Where requests go.
    pub base_url: BaseUrl,
    /// Sends the auth headers on the two GETs too, signing the empty text. The documentation lists none for them.
    pub sign_gets: bool,
    /// Lets a withdrawal's `key` be the API secret.
    pub allow_secret_in_body: bool,
    /// Takes a reply whose customer or currency is another than the request's. Otherwise it is `unreadable_reply`.
    pub allow_other_currency: bool,
    /// The only origins, such as `https://pay.example`, to which a `redirect_url` may send a payer; any when empty.
    pub redirect_origins: Vec<String>,
    /// Lets the base URL be plain http to another machine, such as `http://sandbox:8788/api` in a container network. Anyone on
    /// that network can read the requests and change the replies.
    pub allow_insecure_base_url: bool,
    /// Sends a `foreign_id` with control characters, format characters or outer white space too, for customers who have
    /// had such an id since before it was refused.
    pub any_foreign_id: bool,
}

/// A request, ready to be sent as it is: the body's bytes are the ones that were signed.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// The kind of the call, which decides whether it may be sent again.
    pub kind: Kind,
    /// HTTP method.
    pub method: Method,
    /// Absolute URL.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body; a GET has none.
    pub body: Option<Vec<u8>>,
    /// The largest body of the reply, in bytes after decompression: a transport stops reading there.
    pub max_reply_bytes: usize,
}

/// Without header values and body: one holds the signature, the other may hold a secret.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("method", &self.method).field("url", &self.url).finish_non_exhaustive()
    }
}

/// A request before it is signed.
pub(crate) struct Draft {
    pub(crate) call: Arc<Call>,
    pub(crate) signed: bool,
    pub(crate) request: Request,
}

/// A key goes into a header: no line break may.
pub(crate) fn check_api_key(api_key: &str) -> Result<(), Error> {
    if has_outer_white_space(api_key) {
        return Err(Error::configuration("api_key", "begins or ends with white space, which is no part of a key"));
    }
    if api_key.is_empty() || !api_key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::configuration("api_key", "must be visible ASCII characters without spaces"));
    }
    Ok(())
}

pub(crate) fn check_base_url(options: &RequestOptions) -> Result<(), Error> {
    if options.base_url.is_secure || options.allow_insecure_base_url {
        return Ok(());
    }
    let problem = "must be https: plain http is for this machine only. In a network that you trust, such as that of your \
                   containers, set allow_insecure_base_url";
    Err(Error::configuration("base_url", problem))
}

pub(crate) fn check_secret(secret: &Secret) -> Result<(), Error> {
    secret.problem().map_or(Ok(()), |problem| Err(Error::configuration("secret", problem)))
}

impl Draft {
    /// A call to an endpoint of the table.
    pub(crate) fn of(spec: &EndpointSpec, fields: &Fields<'_>, options: &RequestOptions) -> Result<Self, Error> {
        validate(spec, fields, options)?;
        let body = match spec.method {
            Method::Get => None,
            Method::Post => Some(fields.to_json().into_bytes()),
        };
        let call = Call::with(spec, fields, options);
        let signed = spec.signed || options.sign_gets;
        Ok(Self::new(call, signed, spec.method, options.base_url.of(spec.host), spec.path, body))
    }

    /// A call to any path with any JSON body. A path of the table keeps its kind; any other may move money.
    pub(crate) fn of_path(path: &str, body: &str, options: &RequestOptions) -> Result<Self, Error> {
        let path = relative(path)?;
        let document = Document::parse(body).ok();
        let object = document.as_ref().and_then(|document| document.root().object());
        let object = object.ok_or_else(|| Error::parameter("params", "must be a JSON object"))?;
        let reference = ["foreign_id", "quote_id"]
            .into_iter()
            .find_map(|name| object.get(name).and_then(Json::text).map(|value| Reference { name, value }));
        let spec = endpoints::by_path(&path);
        for parameter in spec.map_or(&[][..], |spec| spec.parameters) {
            if parameter.rule == Rule::Amount && object.get(parameter.name).is_some_and(Json::is_number) {
                return Err(Error::parameter(parameter.name, "must be text, not a number: numbers lose digits"));
            }
        }
        let method = spec.map_or(Method::Post, |spec| spec.method);
        let body = match method {
            Method::Post => Some(body.as_bytes().to_vec()),
            Method::Get if !object.is_empty() => {
                return Err(Error::parameter(
                    "params",
                    format_args!("must be empty: {path} is a GET without parameters"),
                ));
            }
            Method::Get => None,
        };
        let key = object.string("key");
        let mut call = Call { reference, key, ..Call::of(spec) };
        // The reply of a path is any JSON, whatever the table says.
        call.context.shape = None;
        call.context.coins = COINS.into_iter().filter_map(|name| object.string(name)).collect();
        let signed = spec.is_none_or(|spec| spec.signed) || options.sign_gets;
        Ok(Self::new(call, signed, method, options.base_url.of(spec.map_or(Host::Io, |spec| spec.host)), &path, body))
    }

    fn new(call: Call, signed: bool, method: Method, base_url: &str, path: &str, body: Option<Vec<u8>>) -> Self {
        let url = format!("{base_url}{path}");
        let headers = vec![("Content-Type", "application/json".to_owned())];
        let (kind, max_reply_bytes) = (call.context.kind, call.context.max_reply_bytes);
        let request = Request { kind, method, url, headers, body, max_reply_bytes };
        Self { call: Arc::new(call), signed, request }
    }

    /// The bytes that the signature covers: the body's, or none for a GET.
    pub(crate) fn signed_bytes(&self) -> &[u8] {
        self.request.body.as_deref().unwrap_or_default()
    }

    /// Adds the two auth headers.
    pub(crate) fn with_signature(mut self, api_key: &str, signature: String) -> Self {
        self.request.headers.push((KEY_HEADER, api_key.to_owned()));
        self.request.headers.push((SIGNATURE_HEADER, signature.clone()));
        self.call.signature.get_or_init(|| signature);
        self
    }
}

/// A path below the base URL and nothing else: no scheme, host, query, fragment, dot segment or empty segment.
fn relative(path: &str) -> Result<String, Error> {
    let trimmed = path.strip_prefix('/').unwrap_or(path);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    let segment =
        |segment: &str| !segment.is_empty() && segment != "." && segment != ".." && segment.bytes().all(plain);
    if trimmed.split('/').all(segment) {
        Ok(format!("/{trimmed}"))
    } else {
        Err(Error::parameter(
            "path",
            "must be a path below the base URL, such as /payments/create-payment: letters, digits, - _ . ~ and single slashes",
        ))
    }
}

/// Makes the request of a call: checked, serialised once, and signed over exactly the bytes that are sent.
///
/// ```
/// use citrn::{RequestOptions, Secret, endpoints::TakeAddress, prepare};
/// let request =
///     prepare(&TakeAddress::new("123456", "BTC"), "key", &Secret::new("AbCdEfG123456"), &RequestOptions::default())?;
/// assert_eq!(request.method.as_str(), "POST");
/// assert_eq!(request.url, "https://app.citrn.io/api/addresses/take");
/// assert_eq!(request.body.as_deref(), Some(br#"{"foreign_id":"123456","currency":"BTC"}"#.as_slice()));
/// # Ok::<(), citrn::Error>(())
/// ```
///
/// # Errors
/// `invalid_parameter` when a parameter cannot be right; [`Error::field`] names it.
pub fn prepare<E: Endpoint>(
    endpoint: &E,
    api_key: &str,
    secret: &Secret,
    options: &RequestOptions,
) -> Result<Request, Error> {
    check_api_key(api_key)?;
    check_secret(secret)?;
    check_base_url(options)?;
    let fields = endpoint.fields();
    if !options.allow_secret_in_body {
        secret_stays_out(fields.text("key"), secret)?;
    }
    let draft = Draft::of(E::SPEC, &fields, options)?;
    if !draft.signed {
        return Ok(draft.request);
    }
    let signature = Signature::sign(secret, draft.signed_bytes()).to_hex();
    Ok(draft.with_signature(api_key, signature).request)
}
