use std::collections::HashMap;

use citrn::{
    CallOptions, Client, Executed, Platform,
    callback::{Callback, Status},
    endpoints::CreateWithdrawal,
};

/// The state of a payout in your own books.
#[derive(Debug, Clone, PartialEq)]
enum Payout {
    /// Nothing was executed; it may be sent.
    Ready,
    /// It was sent, or may have been sent: only the callback reports the result.
    Pending,
    Paid,
    /// Cancelled, or declined by your account's owner. The money is still there.
    NotPaid,
}

/// Replace it with your database: write to it in a transaction, and commit before you continue.
#[derive(Default)]
struct Books(HashMap<String, Payout>);

async fn pay_out<P: Platform>(client: &Client<P>, books: &mut Books, foreign_id: &str, withdrawal: CreateWithdrawal) {
    // A payout that was sent is never sent again.
    if *books.0.entry(foreign_id.to_owned()).or_insert(Payout::Ready) != Payout::Ready {
        return;
    }
    // Stored before it is sent: after a crash the payout is pending, not ready.
    books.0.insert(foreign_id.to_owned(), Payout::Pending);
    match client.call(&withdrawal, CallOptions::default()).await {
        // The gateway accepted it. The callback reports whether it was paid.
        Ok(_) => {}
        Err(error) if error.executed() == Executed::No => {
            books.0.insert(foreign_id.to_owned(), Payout::Ready);
            eprintln!("{foreign_id} was not paid out: {error}");
        }
        Err(error) => eprintln!("{foreign_id} may have been paid out, waiting for its callback: {error}"),
    }
}

/// Call it with each verified callback.
fn on_callback(books: &mut Books, callback: &Callback) {
    let Some(foreign_id) = callback.foreign_id.clone().filter(|_| !callback.is_deposit()) else { return };
    let state = match callback.status {
        Status::Confirmed => Payout::Paid,
        Status::Cancelled | Status::Declined => Payout::NotPaid,
        _ => return,
    };
    // Callbacks can come twice and late: a final state never changes.
    if !matches!(books.0.get(&foreign_id), Some(Payout::Paid | Payout::NotPaid)) {
        books.0.insert(foreign_id, state);
    }
}
