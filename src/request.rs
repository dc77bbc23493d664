//! Builds the request of a call: method, URL, headers and body.

use core::fmt;

use crate::{
    BaseUrl, Error, KEY_HEADER, SIGNATURE_HEADER, Secret, Signature,
    characters::has_outer_white_space,
    endpoint::{Endpoint, EndpointSpec, Fields, Host, Kind, Method, Rule},
    endpoints,
    error::Reference,
    extra::checked_texts,
    json::{Document, Json},
    limits::MAX_LIST_BYTES,
    reply::{
        Context, PayerPages,
        shape::{Rules, Shape},
    },
    url::Url,
    validate::{check_key, validate},
};

/// Settings of requests and of the checks on their replies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RequestOptions {
    /// The base URL of requests.
    pub base_url: BaseUrl,
    /// Signs the two GETs too, over an empty body. The documentation lists no auth headers for them.
    pub sign_gets: bool,
    /// Allows a withdrawal's `key` to be the API secret.
    pub allow_secret_in_body: bool,
    /// Accepts a reply whose customer or currency differs from the request's. Otherwise it is `unreadable_reply`.
    pub allow_other_currency: bool,
    /// The origins, such as `https://pay.example`, to which a `redirect_url` may send a payer; any if empty.
    pub redirect_origins: Vec<String>,
    /// Allows a base URL with plain http to another machine, such as `http://sandbox:8788/api` in a container network.
    /// Anyone on that network can read the requests and change the replies.
    pub allow_insecure_base_url: bool,
    /// Allows a `foreign_id` with control characters, format characters or outer white space, for customers whose id is
    /// older than that rule.
    pub any_foreign_id: bool,
}

impl RequestOptions {
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.base_url.is_secure() || self.allow_insecure_base_url {
            return Ok(());
        }
        let problem = "must be https, except on this machine. In a network that you trust, such as that of your \
                       containers, set allow_insecure_base_url";
        Err(Error::configuration("base_url", problem))
    }
}

/// A request, to be sent unchanged: the signature covers exactly these bytes of the body.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// The kind of the call, which decides whether it may be sent again.
    pub kind: Kind,
    /// HTTP method.
    pub method: Method,
    /// Absolute URL.
    pub url: String,
    /// Header names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body; a GET has none.
    pub body: Option<Vec<u8>>,
    /// The largest body of the reply, in bytes after decompression. A transport stops reading there.
    pub max_reply_bytes: usize,
}

/// Omits headers and body, which hold the signature and possibly a secret.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("method", &self.method).field("url", &self.url).finish_non_exhaustive()
    }
}

/// Checks that a key can be a header's value.
pub(crate) fn check_api_key(api_key: &str) -> Result<(), Error> {
    if has_outer_white_space(api_key) {
        return Err(Error::configuration("api_key", "begins or ends with white space"));
    }
    if api_key.is_empty() || !api_key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::configuration("api_key", "must consist of visible ASCII characters"));
    }
    Ok(())
}

/// A request before it is signed, with the parameters that its errors and checks need.
pub(crate) struct Draft {
    pub(crate) request: Request,
    pub(crate) is_signed: bool,
    pub(crate) context: Context,
    pub(crate) reference: Option<Reference>,
    /// A withdrawal's `key`, to be redacted in errors.
    pub(crate) key: Option<String>,
    /// The texts of the extra fields, to be redacted in errors.
    pub(crate) extra: Vec<String>,
}

impl Draft {
    /// Drafts a call to an endpoint of the table.
    pub(crate) fn for_endpoint(
        spec: &EndpointSpec,
        fields: &Fields<'_>,
        options: &RequestOptions,
        secret: Option<&Secret>,
        callback_secrets: &[Secret],
    ) -> Result<Self, Error> {
        check_key(fields.text("key"), secret.filter(|_| !options.allow_secret_in_body))?;
        validate(spec, fields, options.any_foreign_id)?;
        let secrets: Vec<&Secret> = secret.into_iter().chain(callback_secrets).collect();
        let extra = fields.extra.map_or(Ok(Vec::new()), |extra| checked_texts(spec, extra, &secrets))?;
        let text = |name: &str| fields.text(name).map(str::to_owned);
        let base_url = options.base_url.for_host(spec.host);
        let echoes = rules(spec.reply).echoes.filter(|_| !options.allow_other_currency).unwrap_or_default();
        let context = Context {
            coins: coins(spec.currencies(), text),
            echoes: echoes.iter().filter_map(|name| Some((*name, text(name)?))).collect(),
            ..context(spec, base_url, &options.redirect_origins)
        };
        let body = match spec.method {
            Method::Get => None,
            Method::Post => Some(fields.to_json().into_bytes()),
        };
        Ok(Self {
            request: Request::new(&context, spec.method, format!("{}{}", base_url.href, spec.path), body),
            is_signed: spec.signed || options.sign_gets,
            context,
            reference: spec.reference().and_then(|name| Some(Reference { name, value: text(name)? })),
            key: text("key"),
            extra,
        })
    }

    /// Drafts a call to any path with any JSON body. A path in the endpoint table keeps its kind; any other may move
    /// money.
    pub(crate) fn for_path(
        path: &str,
        body: &str,
        options: &RequestOptions,
        secret: Option<&Secret>,
    ) -> Result<Self, Error> {
        let path = relative_path(path)?;
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
            Method::Get if object.iter().next().is_some() => {
                let problem = format!("must be empty: {path} is a GET without parameters");
                return Err(Error::parameter("params", problem));
            }
            Method::Get => None,
        };
        let context = Context {
            kind: spec.map_or(Kind::MovesMoney, |spec| spec.kind),
            max_reply_bytes: spec.map_or(MAX_LIST_BYTES, EndpointSpec::max_reply_bytes),
            shape: None,
            coins: match spec {
                Some(spec) => coins(spec.currencies(), |name| object.string(name)),
                None => coins(endpoints::ALL.iter().flat_map(|spec| spec.currencies()), |name| object.string(name)),
            },
            echoes: Vec::new(),
            pages: None,
        };
        let key = object.string("key");
        check_key(key.as_deref(), secret.filter(|_| !options.allow_secret_in_body))?;
        let base_url = options.base_url.for_host(spec.map_or(Host::Io, |spec| spec.host));
        Ok(Self {
            request: Request::new(&context, method, format!("{}{path}", base_url.href), body),
            is_signed: spec.is_none_or(|spec| spec.signed) || options.sign_gets,
            context,
            reference,
            key,
            extra: Vec::new(),
        })
    }

    /// Returns the bytes to sign: the body, or nothing for a GET.
    pub(crate) fn signed_bytes(&self) -> &[u8] {
        self.request.body.as_deref().unwrap_or_default()
    }

    /// Adds the two auth headers.
    pub(crate) fn add_signature(&mut self, api_key: &str, signature: String) {
        self.request.headers.push((KEY_HEADER, api_key.to_owned()));
        self.request.headers.push((SIGNATURE_HEADER, signature));
    }

    /// Returns the signature, if it was added.
    pub(crate) fn signature(&self) -> Option<&str> {
        let mut headers = self.request.headers.iter();
        headers.find(|(name, _)| *name == SIGNATURE_HEADER).map(|(_, value)| value.as_str())
    }
}

impl Request {
    fn new(context: &Context, method: Method, url: String, body: Option<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type", "application/json".to_owned())];
        Self { kind: context.kind, method, url, headers, body, max_reply_bytes: context.max_reply_bytes }
    }
}

/// Returns the distinct currency codes in a request.
fn coins(names: impl Iterator<Item = &'static str>, value: impl Fn(&'static str) -> Option<String>) -> Vec<String> {
    let mut coins = Vec::new();
    for coin in names.filter_map(value) {
        if !coins.contains(&coin) {
            coins.push(coin);
        }
    }
    coins
}

/// Returns the context of a reply whose request is unknown. `origins` are those allowed for payer pages.
pub(crate) fn context(spec: &EndpointSpec, base_url: &Url, origins: &[String]) -> Context {
    Context {
        kind: spec.kind,
        max_reply_bytes: spec.max_reply_bytes(),
        shape: Some(spec.reply),
        coins: Vec::new(),
        echoes: Vec::new(),
        pages: rules(spec.reply).page.map(|_| PayerPages { base_url: base_url.clone(), origins: origins.to_vec() }),
    }
}

/// Returns the rules of an object's shape.
fn rules(shape: &Shape) -> Rules {
    match shape {
        Shape::Object(object) => object.rules,
        _ => Rules::NONE,
    }
}

/// Normalises a path below the base URL, which has no scheme, host, query, fragment, dot segment or empty segment.
fn relative_path(path: &str) -> Result<String, Error> {
    let trimmed = path.strip_prefix('/').unwrap_or(path);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    let segment =
        |segment: &str| !segment.is_empty() && segment != "." && segment != ".." && segment.bytes().all(plain);
    if trimmed.split('/').all(segment) {
        Ok(format!("/{trimmed}"))
    } else {
        Err(Error::parameter(
            "path",
            "must be a path below the base URL, such as /payments/create-payment: letters, digits, - _ . ~ and single \
             slashes",
        ))
    }
}

/// Makes the request of a call: checks the parameters, serialises the body once, and signs exactly these bytes.
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
/// `invalid_parameter` if a parameter is invalid, `invalid_configuration` if a setting is; [`Error::field`] names it.
pub fn prepare<E: Endpoint>(
    endpoint: &E,
    api_key: &str,
    secret: &Secret,
    options: &RequestOptions,
) -> Result<Request, Error> {
    check_api_key(api_key)?;
    secret.check()?;
    options.check()?;
    let mut draft = Draft::for_endpoint(E::SPEC, &endpoint.fields(), options, Some(secret), &[])?;
    if draft.is_signed {
        let signature = Signature::sign(secret, draft.signed_bytes()).to_hex();
        draft.add_signature(api_key, signature);
    }
    Ok(draft.request)
}
