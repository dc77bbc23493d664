//! Parameters, and the rules for their values.

/// What a parameter's text must look like; checked before anything is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Any text; not empty where it is required.
    Text,
    /// Any text, most likely one of these words; not empty where it is required.
    Words(&'static [&'static str]),
    /// A currency code; not empty where it is required. Which codes exist depends on the account.
    Currency,
    /// 1 to 255 characters, without control and format characters and without white space at either end.
    ForeignId,
    /// Digits and at most one point, above zero.
    Amount,
    /// An absolute http or https URL without credentials, as the platform's URL parser reads it.
    ReturnUrl,
    /// A calendar date, `YYYY-MM-DD`.
    Date,
    /// A list of currency codes: one text as it is, or several joined by `,`.
    Currencies,
    /// A destination tag; an empty text is a deliberate choice.
    Memo,
    /// The withdrawal's field `key`, refused when it equals the API secret.
    Key,
}

impl Rule {
    /// The rule as the table spells it.
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
    /// The gateway's own name for it.
    pub name: &'static str,
    /// Whether the documentation marks it as required.
    pub required: bool,
    /// What its text must look like.
    pub rule: Rule,
    /// A valid value, for the docs and the tests. Empty in wasm.
    pub example: &'static str,
    /// What it is, in a sentence or two.
    pub description: &'static str,
}
