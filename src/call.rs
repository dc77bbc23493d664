//! The facts about a call that its answer is checked against.

use std::sync::OnceLock;

use crate::{
    Kind, RequestOptions,
    endpoint::{EndpointSpec, Fields},
    error::Reference,
    limits::MAX_LIST_BYTES,
    reply::{Context, PayerPages},
};

/// The facts about a call that its answer is checked against.
pub(crate) struct Call {
    pub(crate) context: Context,
    pub(crate) reference: Option<Reference>,
    /// A withdrawal's `key`, which no error shows.
    pub(crate) key: Option<String>,
    /// The signature, which no error shows either: with it the request can be replayed.
    pub(crate) signature: OnceLock<String>,
}

/// The parameters that hold a currency code.
pub(crate) const COINS: [&str; 7] =
    ["currency", "coin_name", "from_coin", "to_coin", "convert_to", "currency_from", "currency_to"];

impl Call {
    /// A call to an endpoint, or to a path that is not in the table: that may move money and be answered with a list.
    pub(crate) fn of(spec: Option<&EndpointSpec>) -> Self {
        let context = Context {
            kind: spec.map_or(Kind::MovesMoney, |spec| spec.kind),
            max_reply_bytes: spec.map_or(MAX_LIST_BYTES, EndpointSpec::max_reply_bytes),
            shape: spec.map(|spec| spec.reply),
            coins: Vec::new(),
            echoes: Vec::new(),
            pages: spec
                .filter(|spec| spec.reply.also().page.is_some())
                .map(|spec| PayerPages { base_url: spec.host.documented_base_url().to_owned(), origins: Vec::new() }),
        };
        Self { context, reference: None, key: None, signature: OnceLock::new() }
    }

    /// A call to an endpoint with these parameters.
    pub(crate) fn with(spec: &EndpointSpec, fields: &Fields<'_>, options: &RequestOptions) -> Self {
        let text = |name: &str| fields.text(name).map(str::to_owned);
        let echoes = spec.reply.also().echoes.filter(|_| !options.allow_other_currency).unwrap_or_default();
        let mut call = Self {
            reference: spec.reference().and_then(|name| text(name).map(|value| Reference { name, value })),
            key: text("key"),
            ..Self::of(Some(spec))
        };
        call.context.coins = COINS.into_iter().filter_map(text).collect();
        call.context.echoes = echoes.iter().filter_map(|name| Some((*name, text(name)?))).collect();
        if let Some(pages) = &mut call.context.pages {
            pages.base_url = options.base_url.of(spec.host).to_owned();
            pages.origins = options.redirect_origins.clone();
        }
        call
    }
}
