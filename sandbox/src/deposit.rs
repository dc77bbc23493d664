//! Deposits: seen, gathering confirmations, and then confirmed or cancelled.

use std::collections::BTreeMap;

use citrn::hex;
use serde::Serialize;

use crate::{
    agenda::Event,
    callback::body,
    clock::Millis,
    coin::Coin,
    decimal::{Decimal, Rounding},
    deposit_address::DepositAddress,
    identity::Id,
    ledger::{Account, Overdrawn, Posting, Transfer},
    state::State,
};

/// What a deposit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Seen, not final.
    NotConfirmed,
    /// Credited, final.
    Confirmed,
    /// A double spend, final.
    Cancelled,
    /// Below the minimum: neither credited nor told of (the siblings' rule, and a warning in Citron's).
    Lost,
}

impl Status {
    /// As callbacks spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Status::NotConfirmed => "not_confirmed",
            Status::Confirmed => "confirmed",
            Status::Cancelled => "cancelled",
            Status::Lost => "lost",
        }
    }
}

/// The exchange of a deposit on the fly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exchange {
    /// Such as `BTCUSDT`.
    pub ticker: String,
    /// Units got for one unit given.
    pub rate: Decimal,
    /// What the deposit is worth, with 8 decimals.
    pub exchanged: Decimal,
}

/// A deposit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposit {
    /// Its id, which callbacks repeat.
    pub id: Id,
    /// Id of the transaction on the blockchain.
    pub transaction: Id,
    /// Where it came in, as the address was then.
    pub address: DepositAddress,
    /// What was sent.
    pub amount: Decimal,
    /// Code of what is credited.
    pub received_coin: &'static str,
    /// Decimals of what is credited.
    pub received_precision: u8,
    /// What is credited, before the fee.
    pub received: Decimal,
    /// What is credited.
    pub received_after_fee: Decimal,
    /// The exchange, if the address asks for one.
    pub exchange: Option<Exchange>,
    /// Confirmations that it has.
    pub confirmations: u32,
    /// Confirmations that it needs.
    pub required: u32,
    /// What it is.
    pub status: Status,
    /// Whether it gathers confirmations by itself.
    pub automatic: bool,
    /// Id on the blockchain.
    pub txid: String,
    /// Who sent it.
    pub sender: String,
    /// Why it was cancelled; else empty.
    pub error: String,
    /// When it was seen.
    pub seen: Millis,
}

impl Deposit {
    /// The type that callbacks name.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        if self.exchange.is_some() { "deposit_exchange" } else { "deposit" }
    }
}

/// A deposit to be made.
#[derive(Debug, Clone)]
pub struct Order {
    /// Where to.
    pub address: DepositAddress,
    /// How much.
    pub amount: Decimal,
    /// Confirmations that it is seen with; `None` is enough of them.
    pub confirmations: Option<u32>,
    /// Whether it gathers confirmations by itself.
    pub automatic: bool,
}

/// Why a deposit cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// The coin has fewer decimals than the amount.
    TooPrecise,
    /// The address asks for an exchange that has no rate.
    NoRate,
}

impl Problem {
    /// The problem for a person.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Problem::TooPrecise => "The amount has more decimals than the currency.",
            Problem::NoRate => "The address converts into a currency that there is no rate for.",
        }
    }
}

/// Every deposit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deposits {
    all: BTreeMap<u64, Deposit>,
    serials: BTreeMap<String, u64>,
}

impl Deposits {
    /// The deposit with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Deposit> {
        self.all.get(self.serials.get(id)?)
    }

    /// The deposits, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Deposit> {
        self.all.values()
    }
}

impl State {
    /// A deposit is seen on the blockchain. Gives its id.
    ///
    /// # Errors
    /// When it cannot be made; then nothing has changed.
    pub fn see_deposit(&mut self, order: Order, now: Millis) -> Result<String, Problem> {
        let Order { address, amount, confirmations, automatic } = order;
        let Ok((coin, network)) = self.coins.with_network(address.coin) else { return Err(Problem::NoRate) };
        if amount.decimals() > i64::from(coin.precision) {
            return Err(Problem::TooPrecise);
        }
        let target = address.convert_to.and_then(|code| self.coins.supported(code).ok());
        let (received_coin, received, exchange) = match target {
            Some(target) if target.code != coin.code => {
                let rate = self.rates.rate(coin, target).ok_or(Problem::NoRate)?;
                let exchanged = (&amount * &rate).rounded(8, Rounding::HalfUp);
                let received = exchanged.rounded(target.precision, Rounding::HalfUp);
                let ticker = format!("{}{}", coin.symbol, target.symbol);
                (target, received, Some(Exchange { ticker, rate, exchanged }))
            }
            _ => (coin, amount.clone(), None),
        };
        let received_after_fee = minus_fee(&received, coin, received_coin.precision);
        let required = coin.confirmations;
        let status = if amount < coin.minimum_amount { Status::Lost } else { Status::NotConfirmed };
        let (received_coin, received_precision) = (received_coin.code, received_coin.precision);
        let id = self.identity.draw();
        let mut txid = hex::encode(&self.identity.derive("txid", &[&id.uuid]));
        if matches!(network.as_str(), "ethereum" | "bsc") {
            txid.insert_str(0, "0x");
        }
        let sender = network.encode(&self.identity.derive("sender", &[&id.uuid])).unwrap_or_default();
        let deposit = Deposit {
            transaction: self.identity.draw(),
            address,
            amount,
            received_coin,
            received_precision,
            received,
            received_after_fee,
            exchange,
            confirmations: confirmations.unwrap_or(required).min(required),
            required,
            status,
            automatic,
            txid,
            sender,
            error: String::new(),
            seen: now,
            id,
        };
        let (serial, uuid, final_at_once) =
            (deposit.id.serial, deposit.id.uuid.clone(), deposit.confirmations >= deposit.required);
        self.deposits.serials.insert(uuid.clone(), serial);
        self.deposits.all.insert(serial, deposit);
        if status == Status::NotConfirmed {
            if final_at_once {
                // Crediting takes from the world outside and from the exchange, and both may go below zero.
                let Ok(()) = self.confirm_deposit(serial, now) else { return Err(Problem::NoRate) };
            } else {
                self.tell_of_deposit(serial, now);
                self.await_block(serial, now);
            }
        }
        Ok(uuid)
    }

    /// A deposit gets more confirmations, and is confirmed when it has enough of them. Says whether it was open.
    ///
    /// # Errors
    /// When the ledger refuses, which no deposit brings about.
    pub fn add_confirmations(&mut self, id: &str, count: u32, now: Millis) -> Result<bool, Overdrawn> {
        let Some(serial) = self.deposits.serials.get(id).copied() else { return Ok(false) };
        let Some(deposit) = self.open_deposit(serial) else { return Ok(false) };
        deposit.confirmations = deposit.confirmations.saturating_add(count).min(deposit.required);
        if deposit.confirmations >= deposit.required {
            self.confirm_deposit(serial, now)?;
        }
        Ok(true)
    }

    /// A deposit turns out to be a double spend. Says whether it was open.
    pub fn cancel_deposit(&mut self, id: &str, reason: &str, now: Millis) -> bool {
        let Some(serial) = self.deposits.serials.get(id).copied() else { return false };
        let Some(deposit) = self.open_deposit(serial) else { return false };
        deposit.status = Status::Cancelled;
        reason.clone_into(&mut deposit.error);
        self.tell_of_deposit(serial, now);
        true
    }

    /// A block was found.
    ///
    /// # Errors
    /// When the ledger refuses, which no deposit brings about.
    pub(crate) fn block_found(&mut self, serial: u64, now: Millis) -> Result<(), Overdrawn> {
        let Some(deposit) = self.open_deposit(serial) else { return Ok(()) };
        if !deposit.automatic {
            return Ok(());
        }
        deposit.confirmations += 1;
        if deposit.confirmations >= deposit.required {
            return self.confirm_deposit(serial, now);
        }
        self.await_block(serial, now);
        Ok(())
    }

    fn open_deposit(&mut self, serial: u64) -> Option<&mut Deposit> {
        self.deposits.all.get_mut(&serial).filter(|deposit| deposit.status == Status::NotConfirmed)
    }

    fn await_block(&mut self, serial: u64, now: Millis) {
        let Some(deposit) = self.deposits.all.get(&serial).filter(|deposit| deposit.automatic) else { return };
        if let Ok((_, network)) = self.coins.with_network(deposit.address.coin) {
            let at = now.saturating_add(network.block_seconds().saturating_mul(1000));
            self.agenda.add(at, Event::Block { deposit: serial });
        }
    }

    fn confirm_deposit(&mut self, serial: u64, now: Millis) -> Result<(), Overdrawn> {
        let Some(deposit) = self.open_deposit(serial) else { return Ok(()) };
        deposit.status = Status::Confirmed;
        let fee = &deposit.received - &deposit.received_after_fee;
        let mut transfers = Vec::new();
        let source = if deposit.exchange.is_some() {
            transfers.push(Transfer::new(Account::World, Account::Exchange, deposit.address.coin, &deposit.amount));
            Account::Exchange
        } else {
            Account::World
        };
        let coin = deposit.received_coin;
        transfers.push(Transfer::new(source, Account::Merchant, coin, &deposit.received_after_fee));
        transfers.push(Transfer::new(source, Account::Fees, coin, &fee));
        let reference = deposit.id.uuid.clone();
        self.ledger.post(Posting { at: now, reason: "deposit", reference, transfers })?;
        self.tell_of_deposit(serial, now);
        Ok(())
    }

    fn tell_of_deposit(&mut self, serial: u64, now: Millis) {
        let Some(deposit) = self.deposits.all.get(&serial) else { return };
        let body = body::deposit(deposit, self.settings.callback_generation);
        let (transaction, status) = (deposit.id.uuid.clone(), deposit.status.as_str());
        self.callbacks.enqueue(&mut self.agenda, self.identity.draw(), &transaction, status, body, now);
    }
}

/// What is left of an amount after the fee on deposits.
fn minus_fee(received: &Decimal, coin: &Coin, precision: u8) -> Decimal {
    match &coin.deposit_fee_percent {
        Some(fee) => (received * &(&Decimal::constant(1, 0) - fee)).rounded(precision, Rounding::HalfUp),
        None => received.clone(),
    }
}
