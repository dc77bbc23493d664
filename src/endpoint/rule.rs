//! Parameters of endpoints, and the rules for their values.

/// The form of a parameter's value, checked before anything is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Any text; not empty if the parameter is required.
    Text,
    /// Any text, usually one of these words; not empty if the parameter is required.
    Words(&'static [&'static str]),
    /// A currency code; not empty if the parameter is required. The valid codes depend on the account.
    Currency,
    /// 1 to 255 characters, without control and format characters and without white space at either end.
    ForeignId,
    /// Digits and at most one point, above zero.
    Amount,
    /// An absolute http or https URL without credentials, as the platform's URL parser reads it.
    ReturnUrl,
    /// A calendar date, `YYYY-MM-DD`.
    Date,
    /// Currency codes: one string, or a list that is joined by `,`.
    Currencies,
    /// A destination tag. An empty text says that there is none.
    Memo,
    /// The withdrawal's field `key`, refused when it equals the API secret.
    Key,
}

impl Rule {
    /// Returns the rule's name in the endpoint table.
    pub fn as_str(self) -> &'static str {
        match self {
            Rule::Text => "text",
            Rule::Words(_) => "words",
            Rule::Currency => "currency",
            Rule::ForeignId => "foreign_id",
            Rule::Amount => "amount",
            Rule::ReturnUrl => "return_url",
            Rule::Date => "date",
            Rule::Currencies => "currencies",
            Rule::Memo => "memo",
            Rule::Key => "key",
        }
    }
}

/// One parameter of an endpoint.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// The gateway's name of the parameter.
    pub name: &'static str,
    /// Whether the documentation marks it as required.
    pub required: bool,
    /// The form of its value.
    pub rule: Rule,
    /// A valid value, for the docs and the tests. Empty in wasm.
    pub example: &'static str,
    /// Its description, in a sentence or two. Empty in wasm.
    pub description: &'static str,
}
