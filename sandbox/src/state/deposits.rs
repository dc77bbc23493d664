//! Operations on deposits: arrival, confirmations, credit and cancellation.

use citrn::hex;

use super::State;
use crate::{
    address::Network,
    agenda::Event,
    callback::body,
    clock::Millis,
    decimal::{Decimal, Rounding},
    deposit::{Deposit, Exchange, Order},
    ledger::{Account, Posting, Transfer},
    status::Status,
};

const TOO_PRECISE: &str = "The amount has more decimals than the currency.";
const NO_RATE: &str = "There is no rate for the currency into which the address converts.";

impl State {
    /// Adds a deposit that was seen on the blockchain. Returns its UUID. An error changes nothing.
    pub fn add_deposit(&mut self, order: Order, now: Millis) -> Result<String, &'static str> {
        let Order { address, expected_coin, reports_minimum, amount, confirmations, automatic } = order;
        let (coin, network) = self.coins.with_network(address.coin).map_err(|_| NO_RATE)?;
        if amount.decimals() > i64::from(coin.precision) {
            return Err(TOO_PRECISE);
        }
        let target = address.convert_to.and_then(|code| self.coins.supported(code).ok());
        let (target, received, exchange) = match target {
            Some(target) if target.code != coin.code => {
                let rate = self.rates.rate(coin, target).ok_or(NO_RATE)?;
                let exchanged = (&amount * &rate).rounded(8, Rounding::HalfUp);
                let received = exchanged.rounded(target.precision, Rounding::HalfUp);
                let ticker = format!("{}{}", coin.symbol, target.symbol);
                (target, received, Some(Exchange { ticker, rate, exchanged }))
            }
            _ => (coin, amount.clone(), None),
        };
        let (status, error) = match (amount < coin.minimum_amount, reports_minimum) {
            (false, _) => (Status::NotConfirmed, String::new()),
            (true, false) => (Status::Lost, String::new()),
            (true, true) => (Status::Cancelled, format!("below the minimum of {} {}", coin.minimum_amount, coin.code)),
        };
        let received_after_fee = match &coin.deposit_fee_percent {
            Some(fee) if status != Status::Cancelled => {
                (&received * &(&Decimal::constant(1, 0) - fee)).rounded(target.precision, Rounding::HalfUp)
            }
            _ => received.clone(),
        };
        let id = self.identity.draw();
        let txid = hex::encode(&self.identity.derive("txid", &[&id.uuid]));
        let prefix = if matches!(network, Network::Ethereum | Network::Bsc) { "0x" } else { "" };
        let deposit = Deposit {
            id: id.clone(),
            transaction: self.identity.draw(),
            r#type: if exchange.is_some() { "deposit_exchange" } else { "deposit" },
            status,
            expected_coin,
            address,
            amount,
            received_coin: target.code,
            received_precision: target.precision,
            received,
            received_after_fee,
            exchange,
            confirmations: confirmations.unwrap_or(coin.confirmations).min(coin.confirmations),
            required: coin.confirmations,
            automatic,
            txid: format!("{prefix}{txid}"),
            sender: network.encode(&self.identity.derive("sender", &[&id.uuid])).unwrap_or_default(),
            error,
            seen: now,
        };
        let is_seen = deposit.status == Status::NotConfirmed && deposit.confirmations < deposit.required;
        self.deposits.add(&id, deposit);
        self.confirm_if_enough(&id.uuid, now);
        if is_seen || status == Status::Cancelled {
            self.notify_of_deposit(&id.uuid, now);
            self.schedule_block(&id.uuid, now);
        }
        Ok(id.uuid)
    }

    /// Adds confirmations to a deposit, and confirms it if they are enough. Returns whether it was open.
    pub fn add_confirmations(&mut self, id: &str, count: u32, now: Millis) -> bool {
        let Some(deposit) = self.open_deposit(id) else { return false };
        deposit.confirmations = deposit.confirmations.saturating_add(count).min(deposit.required);
        self.confirm_if_enough(id, now);
        true
    }

    /// Cancels a deposit as a double spend. Returns whether it was open.
    pub fn cancel_deposit(&mut self, id: &str, reason: &str, now: Millis) -> bool {
        let Some(deposit) = self.open_deposit(id) else { return false };
        deposit.status = Status::Cancelled;
        reason.clone_into(&mut deposit.error);
        self.notify_of_deposit(id, now);
        true
    }

    /// Cancels a confirmed deposit, and debits what was credited. Returns whether it was confirmed and the merchant's
    /// balance covers it.
    pub fn reverse_deposit(&mut self, id: &str, reason: &str, now: Millis) -> bool {
        let Some(deposit) = self.deposits.get_mut(id).filter(|deposit| deposit.status == Status::Confirmed) else {
            return false;
        };
        let transfers = credit(deposit).into_iter().map(Transfer::reversed).collect();
        let posting = Posting { at: now, reason: "deposit reversed", reference: id.to_owned(), transfers };
        if self.ledger.post(posting).is_err() {
            return false;
        }
        deposit.status = Status::Cancelled;
        reason.clone_into(&mut deposit.error);
        self.notify_of_deposit(id, now);
        true
    }

    /// Adds the confirmation of a new block to a deposit, and schedules the next block.
    pub fn block_found(&mut self, id: &str, now: Millis) {
        if self.open_deposit(id).is_some_and(|deposit| deposit.automatic) {
            self.add_confirmations(id, 1, now);
            self.schedule_block(id, now);
        }
    }

    fn open_deposit(&mut self, id: &str) -> Option<&mut Deposit> {
        self.deposits.get_mut(id).filter(|deposit| deposit.status == Status::NotConfirmed)
    }

    /// Schedules the next block of an open deposit.
    fn schedule_block(&mut self, id: &str, now: Millis) {
        let Some(deposit) = self.open_deposit(id).filter(|deposit| deposit.automatic) else { return };
        let coin = deposit.address.coin;
        if let Ok((_, network)) = self.coins.with_network(coin) {
            let at = now.saturating_add(network.block_seconds().saturating_mul(1000));
            self.agenda.add(at, Event::Block(id.to_owned()));
        }
    }

    fn confirm_if_enough(&mut self, id: &str, now: Millis) {
        let enough = |deposit: &&mut Deposit| deposit.confirmations >= deposit.required;
        let Some(deposit) = self.open_deposit(id).filter(enough) else { return };
        deposit.status = Status::Confirmed;
        let (reference, transfers) = (deposit.id.uuid.clone(), credit(deposit));
        let posting = Posting { at: now, reason: "deposit", reference, transfers };
        // The accounts of the world and the exchange may be negative, so the ledger accepts every deposit.
        if self.ledger.post(posting).is_ok() {
            self.notify_of_deposit(id, now);
        }
    }

    fn notify_of_deposit(&mut self, id: &str, now: Millis) {
        let Some(deposit) = self.deposits.get(id) else { return };
        let body = body::deposit(deposit, &self.settings.callback_form(&self.identity));
        self.notify(&deposit.id.clone(), deposit.status, body, now);
    }
}

/// Returns the transfers that credit a deposit.
fn credit(deposit: &Deposit) -> Vec<Transfer> {
    let fee = &deposit.received - &deposit.received_after_fee;
    let mut transfers = Vec::new();
    let mut source = Account::World;
    if deposit.exchange.is_some() {
        transfers.push(Transfer::new(source, Account::Exchange, deposit.address.coin, &deposit.amount));
        source = Account::Exchange;
    }
    let coin = deposit.received_coin;
    transfers.push(Transfer::new(source, Account::Merchant, coin, &deposit.received_after_fee));
    transfers.push(Transfer::new(source, Account::Fees, coin, &fee));
    transfers
}
