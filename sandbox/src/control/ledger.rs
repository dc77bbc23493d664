//! Control of the ledger and the merchant's balances.

use serde::{Deserialize, Serialize};

use super::call::{Answer, Control, Problem, done, read, unknown};
use crate::{
    decimal::Decimal,
    http::{Request, Response},
    ledger::{Account, Posting, Transfer},
};

#[derive(Serialize)]
struct View<'a> {
    accounts: Vec<AccountView>,
    sums: std::collections::BTreeMap<&'static str, Decimal>,
    journal: Vec<&'a Posting>,
}

#[derive(Serialize)]
struct AccountView {
    account: Account,
    currency: &'static str,
    balance: Decimal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credit {
    currency: String,
    amount: Decimal,
}

pub(super) fn answer(control: &mut Control<'_>, request: &Request<'_>, segments: &[&str]) -> Answer {
    match (request.method, segments) {
        ("GET", ["ledger"]) => {
            let ledger = &control.state().ledger;
            Ok(Response::data(&View {
                accounts: ledger
                    .accounts()
                    .map(|(account, currency, balance)| AccountView { account, currency, balance })
                    .collect(),
                sums: ledger.sums(),
                journal: ledger.journal().collect(),
            }))
        }
        ("POST", ["balances"]) => credit(control, &read(request)?),
        _ => unknown(),
    }
}

fn credit(control: &mut Control<'_>, credit: &Credit) -> Answer {
    let now = control.now;
    let state = control.state();
    let coin = state.coins.supported(&credit.currency).map_err(|_| Problem::not_found("currency"))?;
    if credit.amount.is_zero() || credit.amount.decimals() > i64::from(coin.precision) {
        return Err(Problem::bad(format!("`amount` must be above zero and have at most {} decimals", coin.precision)));
    }
    let transfers = vec![Transfer::new(Account::World, Account::Merchant, coin.code, &credit.amount)];
    state
        .ledger
        .post(Posting { at: now, reason: "credit", reference: String::new(), transfers })
        .map_err(|_| Problem::conflict("the ledger refused the credit"))?;
    done()
}
