//! The profile `random`: each switch is drawn from the seed.

use super::form::{
    Amounts, CodeEnvelope, CodeStatus, Confirmations, Envelope, Fees, FieldErrors, Form, Ids, MemoName, PaymentNames,
    Ping, Schedule,
};
use crate::identity::Identity;

/// Returns the form of a seed. A refusal with the status 200 has an `error_code`, since nothing else says that it is one.
pub(super) fn draw(identity: &Identity) -> Form {
    let code_envelope = pick(identity, "code_envelope", CodeEnvelope::ALL);
    let code_statuses: Vec<CodeStatus> = CodeStatus::ALL
        .iter()
        .copied()
        .filter(|status| *status != CodeStatus::Ok || code_envelope != Some(CodeEnvelope::ErrorAndCode))
        .collect();
    let base = Form::DOCUMENTED_NEW;
    let ids = pick(identity, "ids", Ids::ALL).unwrap_or(base.ids);
    Form {
        envelope: pick(identity, "envelope", Envelope::ALL).unwrap_or(base.envelope),
        created_status: pick(identity, "created_status", &[200, 201]).unwrap_or(base.created_status),
        ping: pick(identity, "ping", Ping::ALL).unwrap_or(base.ping),
        payment: pick(identity, "payment", PaymentNames::ALL).unwrap_or(base.payment),
        ids,
        memo: pick(identity, "memo", MemoName::ALL).unwrap_or(base.memo),
        reply_amounts: pick(identity, "reply_amounts", Amounts::ALL).unwrap_or(base.reply_amounts),
        callback_amounts: pick(identity, "callback_amounts", Amounts::ALL).unwrap_or(base.callback_amounts),
        confirmations: pick(identity, "confirmations", Confirmations::ALL).unwrap_or(base.confirmations),
        fees: pick(identity, "fees", Fees::ALL).unwrap_or(base.fees),
        // Only callbacks with integer ids have it.
        internal_id: ids == Ids::Integer && pick(identity, "internal_id", &[false, true]) == Some(true),
        schedule: pick(identity, "schedule", Schedule::ALL).unwrap_or(base.schedule),
        code_envelope: code_envelope.unwrap_or(base.code_envelope),
        code_status: pick(identity, "code_status", &code_statuses).unwrap_or(base.code_status),
        field_errors: pick(identity, "field_errors", FieldErrors::ALL).unwrap_or(base.field_errors),
    }
}

/// Returns the choice of a seed for a switch. `None` if there are no choices.
fn pick<T: Copy>(identity: &Identity, switch: &str, choices: &[T]) -> Option<T> {
    let [first, ..] = identity.derive("profile", &[switch]);
    choices.iter().cycle().nth(first.into()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_decides_every_switch() {
        let forms = || (0..200).map(|seed: i32| draw(&Identity::new(&seed.to_string())));
        assert!(forms().eq(forms()));
        let values = |value: fn(Form) -> String| forms().map(value).collect::<std::collections::BTreeSet<_>>().len();
        assert_eq!(values(|form| format!("{:?}", form.envelope)), Envelope::ALL.len());
        assert_eq!(values(|form| form.created_status.to_string()), 2);
        assert_eq!(values(|form| format!("{:?}", form.ping)), Ping::ALL.len());
        assert_eq!(values(|form| format!("{:?}", form.payment)), PaymentNames::ALL.len());
        assert_eq!(values(|form| format!("{:?}", (form.ids, form.internal_id))), 3);
        assert_eq!(values(|form| format!("{:?}", form.memo)), MemoName::ALL.len());
        assert_eq!(values(|form| format!("{:?}", (form.reply_amounts, form.callback_amounts))), 4);
        assert_eq!(values(|form| format!("{:?}", form.confirmations)), Confirmations::ALL.len());
        assert_eq!(values(|form| format!("{:?}", form.fees)), Fees::ALL.len());
        assert_eq!(values(|form| format!("{:?}", form.schedule)), Schedule::ALL.len());
        // All pairs except a 200 without an `error_code`.
        assert_eq!(values(|form| format!("{:?}", (form.code_envelope, form.code_status))), 15);
        assert_eq!(values(|form| format!("{:?}", form.field_errors)), FieldErrors::ALL.len());
    }
}
