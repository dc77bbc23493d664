//! Bodies of callbacks about a transaction that never happened, for `citrn trigger`.

use serde::Deserialize;
use serde_json::json;

use crate::{
    assignment::assign,
    callback::body::{self, PaymentRequest},
    decimal::Decimal,
    deposit::{self, Deposit},
    deposit_address::DepositAddress,
    endpoints::{Context, endpoint},
    http::Request,
    identity::Identity,
    json::{escape_every_text, escape_like_callbacks, unescaped},
    ledger::{Account, Posting, Transfer},
    parameters::Parameters,
    profile::{Form, Profile},
    refusal::Refusal,
    settings::Settings,
    state::State,
    status::Status,
    withdrawal::Withdrawal,
};

/// More than any withdrawal here, in each debited currency.
const BALANCE: i64 = 1_000_000_000_000_000_000;

/// A transaction, and the statuses that its callbacks report.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The same seed gives the same ids and addresses.
    pub seed: String,
    /// The form of the bodies.
    pub profile: Profile,
    /// The type of the transaction.
    pub r#type: Type,
    /// The statuses, one for each callback.
    pub statuses: Vec<Status>,
    /// The merchant's id of the customer, or of the withdrawal.
    pub foreign_id: String,
    /// Code of the currency.
    pub currency: String,
    /// The amount, as decimal text.
    pub amount: String,
    /// Code of the other currency, for a transaction with exchange.
    pub convert_to: Option<String>,
    /// The escapes in the bodies.
    pub escapes: Escapes,
    /// Paths in the bodies, and the JSON text to set there.
    #[serde(default)]
    pub set: Vec<(String, String)>,
}

/// The type of a transaction. `Deposit` and `Withdrawal` are exchanged if the order has `convert_to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// Money that comes in.
    Deposit,
    /// Money that leaves.
    Withdrawal,
    /// A request to pay, which is not a transaction.
    PaymentRequest,
}

/// The escapes in texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Escapes {
    /// Those of PHP, and one in a word, as in all callbacks of the sandbox.
    Php,
    /// One in every text.
    All,
    /// None that JSON does not require.
    None,
}

impl Order {
    /// Returns the body of each callback. An error names the invalid field.
    pub fn bodies(&self) -> Result<Vec<String>, String> {
        let mut state = State::new(&self.seed, Settings { profile: self.profile, ..Settings::default() });
        state.identity = Identity::with_own_integers(&self.seed);
        let form = state.form();
        self.check(&state)?;
        let bodies = match self.r#type {
            Type::Deposit => {
                let deposit = self.deposit(&mut state, &form)?;
                self.each(|status| body::deposit(&with_status(&deposit, status), &form))
            }
            Type::Withdrawal => {
                let withdrawal = self.withdrawal(&mut state, &form)?;
                self.each(|status| body::withdrawal(&withdrawal_with(&withdrawal, status), &form))
            }
            Type::PaymentRequest => {
                let address = self.address(&mut state, &form, None)?;
                let (_, network) = state.coins.with_network(address.coin).map_err(|code| describe(&code.into()))?;
                let (id, amount) = (state.identity.draw(), self.amount()?);
                self.each(|status| {
                    let request = PaymentRequest { id: &id, address: &address, network, amount: &amount, status };
                    body::payment_request(&request, &form)
                })
            }
        };
        bodies.iter().map(|body| self.finished(body)).collect()
    }

    /// Checks the fields that the gateway would refuse with a code, to name them.
    fn check(&self, state: &State) -> Result<(), String> {
        let Self { foreign_id, currency, convert_to, .. } = self;
        if foreign_id.is_empty() || foreign_id.chars().count() > 255 {
            return Err("foreign_id: must have from 1 to 255 characters".to_owned());
        }
        let find = |field: &str, code: &str| {
            let choices = || state.coins.all_supported().iter().map(|coin| coin.code).collect::<Vec<_>>().join(", ");
            state.coins.supported(code).map_err(|_| format!("{field}: `{code}` is not one of {}", choices()))
        };
        let coin = find("currency", currency)?;
        let (amount, decimals) = (self.amount()?, i64::from(coin.precision));
        if amount.decimals() > decimals {
            return Err(format!("amount: {currency} has {decimals} decimals"));
        }
        if amount < coin.minimum_amount && self.r#type == Type::Withdrawal {
            return Err(format!("amount: must be at least {}", coin.minimum_amount));
        }
        if let Some(code) = convert_to {
            let other = find("convert_to", code)?;
            state.rates.rate(coin, other).ok_or_else(|| format!("convert_to: {currency} and {code} are no pair"))?;
        } else if coin.network.is_none() {
            return Err(format!("currency: {currency} has no addresses"));
        }
        Ok(())
    }

    fn each(&self, write: impl Fn(Status) -> String) -> Vec<String> {
        self.statuses.iter().map(|status| write(*status)).collect()
    }

    /// Returns a body with the values and escapes of the order.
    fn finished(&self, body: &str) -> Result<String, String> {
        let body = self.set.iter().try_fold(body.to_owned(), |body, (path, value)| assign(&body, path, value));
        let body = body.map_err(|problem| format!("set: {problem}"))?;
        Ok(match self.escapes {
            Escapes::Php => escape_like_callbacks(&body),
            Escapes::All => escape_every_text(&unescaped(&body)),
            Escapes::None => unescaped(&body),
        })
    }

    fn amount(&self) -> Result<Decimal, String> {
        let amount = Decimal::parse(&self.amount).filter(|amount| !amount.is_zero());
        amount.ok_or_else(|| "amount: must be decimal text above zero, such as 49.5".to_owned())
    }

    /// Takes the customer's address.
    fn address(&self, state: &mut State, form: &Form, convert_to: Option<&str>) -> Result<DepositAddress, String> {
        let Self { foreign_id, currency, .. } = self;
        let parameters = json!({"foreign_id": foreign_id, "currency": currency, "convert_to": convert_to});
        call(state, form, "/addresses/take", &parameters)?;
        let address = state.addresses.of_customer(foreign_id, currency);
        address.cloned().ok_or_else(|| format!("currency: {currency} has no addresses"))
    }

    fn deposit(&self, state: &mut State, form: &Form) -> Result<Deposit, String> {
        let address = self.address(state, form, self.convert_to.as_deref())?;
        let order = deposit::Order {
            address,
            expected_coin: None,
            reports_minimum: false,
            amount: self.amount()?,
            confirmations: Some(0),
            automatic: false,
        };
        let id = state.add_deposit(order, 0).map_err(str::to_owned)?;
        state.deposits.get(&id).cloned().ok_or_else(|| "type: there is no such deposit".to_owned())
    }

    /// Requests a withdrawal to an address that no one owns.
    fn withdrawal(&self, state: &mut State, form: &Form) -> Result<Withdrawal, String> {
        let Self { foreign_id, currency, convert_to, .. } = self;
        let (amount, receiver) = (self.amount()?, self.convert_to.as_deref());
        let networks = [receiver, Some(currency)].into_iter().flatten().map(|code| state.coins.with_network(code));
        let (_, network) = networks.filter_map(Result::ok).next().ok_or("currency: it has no addresses")?;
        let address = network.encode(&state.identity.derive("receiver", &[])).unwrap_or_default();
        let debited = [Some(currency.as_str()), receiver].into_iter().flatten();
        let debited = debited.filter_map(|code| state.coins.supported(code).ok());
        let credit = |code| Transfer::new(Account::World, Account::Merchant, code, &Decimal::constant(BALANCE, 0));
        let transfers = debited.map(|coin| credit(coin.code)).collect();
        let posting = Posting { at: 0, reason: "credit", reference: String::new(), transfers };
        state.ledger.post(posting).map_err(|_| "amount: it is too large")?;
        let parameters = json!({
            "foreign_id": foreign_id, "currency": currency, "convert_to": convert_to, "address": address,
            "amount": amount.to_string(), "memo": "",
        });
        call(state, form, "/withdrawal/crypto", &parameters)?;
        state.withdrawals.iter().last().cloned().ok_or_else(|| "type: there is no such withdrawal".to_owned())
    }
}

/// Calls an endpoint.
fn call(state: &mut State, form: &Form, path: &str, parameters: &serde_json::Value) -> Result<(), String> {
    let (spec, handle) = endpoint(path).ok_or_else(|| format!("there is no endpoint {path}"))?;
    let body = parameters.to_string();
    let headers = [("content-type".to_owned(), "application/json".to_owned())];
    let request = Request { method: "POST", target: path, headers: &headers, body: body.as_bytes() };
    let parameters = Parameters::read(spec, &request).map_err(|refusal| describe(&refusal))?;
    let called = handle(&mut Context { state, now: 0, origin: "", form }, &parameters);
    called.map(|_| ()).map_err(|refusal| describe(&refusal))
}

fn describe(Refusal { code, reason, .. }: &Refusal) -> String {
    format!("{code}: {reason}")
}

/// Returns a deposit with a status, and with what depends on it.
fn with_status(deposit: &Deposit, status: Status) -> Deposit {
    let is_confirmed = status == Status::Confirmed;
    Deposit {
        status,
        confirmations: if is_confirmed { deposit.required } else { 0 },
        error: reason(status, "double spend").to_owned(),
        ..deposit.clone()
    }
}

/// Returns a withdrawal with a status, and with what depends on it.
fn withdrawal_with(withdrawal: &Withdrawal, status: Status) -> Withdrawal {
    let txid = (status == Status::Confirmed).then(|| withdrawal.id.uuid.replace('-', "").repeat(2));
    Withdrawal { status, txid, error: reason(status, "rejected by the network").to_owned(), ..withdrawal.clone() }
}

/// Returns the text of `error`.
fn reason(status: Status, of_cancellation: &'static str) -> &'static str {
    match status {
        Status::Cancelled => of_cancellation,
        Status::Declined => "Declined by the owner",
        Status::Pending => "Above the limit of the account",
        _ => "",
    }
}
