//! Payouts, and what goes wrong with them.

use citrn::{Code, Endpoint, ErrorCode, Executed, Platform, endpoints::CreateWithdrawal};
use citrn_sandbox::{Fault, FaultKind, Gateway};
use pollster::block_on;
use shop_payments::Payout;

use crate::{SUPPLIER, deliver, open};

const ID: &str = "payout-881";

/// Returns how many payouts the gateway has received.
fn sent(gateway: &Gateway) -> usize {
    let requests = gateway.requests();
    requests.iter().filter(|request| request.endpoint == Some(CreateWithdrawal::SPEC.name)).count()
}

#[test]
fn a_payout_is_paid_once_its_callback_says_so() {
    let (gateway, shop) = open();
    block_on(shop.pay_out(ID, SUPPLIER, "25")).unwrap();
    assert_eq!(shop.payout(ID), Some(Payout::Pending));
    gateway.advance(1);
    deliver(&gateway, &shop);
    assert_eq!(shop.payout(ID), Some(Payout::Paid));
}

#[test]
fn a_payout_whose_reply_is_lost_is_sent_once() {
    for kind in [FaultKind::Stall, FaultKind::SeverBefore, FaultKind::SeverDuring, FaultKind::ServerError] {
        let (gateway, shop) = open();
        gateway.inject(Fault::new(kind).on::<CreateWithdrawal>()).unwrap();
        let started = gateway.now();
        let error = block_on(shop.pay_out(ID, SUPPLIER, "25")).unwrap_err();
        assert_eq!(error.executed(), Executed::Unknown);
        if kind == FaultKind::Stall {
            assert_eq!((error.code(), (gateway.now() - started).as_secs()), (&Code::Timeout, 30));
        }
        block_on(shop.pay_out(ID, SUPPLIER, "25")).unwrap();
        assert_eq!((sent(&gateway), shop.payout(ID)), (1, Some(Payout::Pending)), "{kind:?}");

        // A server error is the only one of them that does not pay out.
        gateway.advance(1);
        let state = if kind == FaultKind::ServerError { Payout::Pending } else { Payout::Paid };
        deliver(&gateway, &shop);
        assert_eq!(shop.payout(ID), Some(state), "{kind:?}");
    }
}

#[test]
fn a_refused_payout_can_be_sent_again() {
    let (gateway, shop) = open();
    gateway.inject(Fault::code(ErrorCode::NetworkNotAvailable).on::<CreateWithdrawal>()).unwrap();
    let error = block_on(shop.pay_out(ID, SUPPLIER, "25")).unwrap_err();
    assert_eq!(error.code(), &Code::Gateway(ErrorCode::NetworkNotAvailable));
    assert_eq!(shop.payout(ID), Some(Payout::Ready));
    block_on(shop.pay_out(ID, SUPPLIER, "25")).unwrap();
    assert_eq!((sent(&gateway), shop.payout(ID)), (2, Some(Payout::Pending)));
}

#[test]
fn a_declined_payout_is_not_paid() {
    let (gateway, shop) = open();
    block_on(shop.pay_out(ID, SUPPLIER, "25")).unwrap();
    gateway.hold_withdrawal(ID).unwrap();
    gateway.advance(24);
    gateway.decline_withdrawal(ID).unwrap();
    assert_eq!(deliver(&gateway, &shop), 2);
    assert_eq!(shop.payout(ID), Some(Payout::NotPaid));
}

#[test]
fn the_clock_moves_only_when_the_test_or_a_wait_moves_it() {
    let (gateway, shop) = open();
    let started = Platform::now(&gateway);
    block_on(shop.pay_out(ID, SUPPLIER, "25")).unwrap();
    assert_eq!(gateway.now(), started);
}
