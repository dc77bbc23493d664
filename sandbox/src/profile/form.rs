//! The switches of a profile, and the table of the named profiles.

use serde::Serialize;

/// The form of everything that the gateway writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Form {
    /// What is around the data of a successful reply.
    pub envelope: Envelope,
    /// The HTTP status of a reply that created something.
    pub created_status: u16,
    /// The answer to a ping.
    pub ping: Ping,
    /// The names of a payment's fields.
    pub payment: PaymentNames,
    /// Ids in replies and callbacks.
    pub ids: Ids,
    /// The name of a destination tag, except in the transactions of callbacks, where it is always `tag`.
    pub memo: MemoName,
    /// Amounts and rates in replies.
    pub reply_amounts: Amounts,
    /// Amounts and rates in callbacks.
    pub callback_amounts: Amounts,
    /// The confirmations in callbacks.
    pub confirmations: Confirmations,
    /// The fees in callbacks.
    pub fees: Fees,
    /// Whether callbacks have `internal_id`, and one id for a deposit and its transaction.
    pub internal_id: bool,
    /// Minutes between the attempts to deliver a callback.
    pub schedule: Schedule,
    /// The body of a refusal with a documented code.
    pub code_envelope: CodeEnvelope,
    /// The HTTP status of a refusal with a documented code.
    pub code_status: CodeStatus,
    /// The body of a refusal of a missing or invalid field.
    pub field_errors: FieldErrors,
}

/// Declares the values of a switch, which serialise in snake case.
macro_rules! switch {
    ($( #[$doc:meta] )* $name:ident { $( $( #[$value_doc:meta] )* $value:ident, )+ }) => {
        $( #[$doc] )*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $( $( #[$value_doc] )* $value, )+
        }

        impl $name {
            /// All values.
            pub const ALL: &[Self] = &[$( Self::$value ),+];
        }
    };
}

switch! {
    /// What is around the data of a successful reply.
    Envelope {
        /// `{"data": …}`, as Citron shows for balances.
        Data,
        /// `{"status": "ok", "data": …}`, as in the first version of the family's API.
        StatusAndData,
        /// Nothing: the data is the whole body.
        Root,
    }
}

switch! {
    /// The answer to a ping.
    Ping {
        /// `{"message": "OK"}`, as Citron documents.
        Json,
        /// The bare text `OK`, as in the family.
        Text,
    }
}

switch! {
    /// The names of a payment's fields.
    PaymentNames {
        /// `session_id` and `redirect_url`, after Citron's description (**invented**).
        Session,
        /// `id`, `url` and `foreign_id`, as those of the family's invoices.
        Invoice,
    }
}

switch! {
    /// The form of ids.
    Ids {
        /// UUIDs, as in Citron's newer callbacks.
        Uuid,
        /// Integers, as in Citron's older callbacks and in the family.
        Integer,
    }
}

switch! {
    /// The name of a destination tag.
    MemoName {
        /// `memo`, as in Citron's newer callbacks.
        Memo,
        /// `tag`, as in Citron's older callbacks and in the family.
        Tag,
    }
}

switch! {
    /// The form of amounts and rates.
    Amounts {
        /// Decimal text, as in Citron's callbacks.
        Text,
        /// JSON numbers, as in some examples of the family.
        Number,
    }
}

switch! {
    /// The confirmations in callbacks.
    Confirmations {
        /// `confirmation`, a number, as in Citron's callbacks.
        Singular,
        /// `confirmations`, a number, as in the family.
        Plural,
        /// `confirmations`, a text, as in the family's withdrawals.
        PluralText,
    }
}

switch! {
    /// The fees in callbacks.
    Fees {
        /// `null` for deposits, as Citron shows, and a list for withdrawals.
        NullForDeposits,
        /// A list, as in the family.
        List,
        /// Always `null`.
        Null,
    }
}

switch! {
    /// Minutes between the attempts to deliver a callback.
    Schedule {
        /// Citron's 13 numbers.
        Documented,
        /// The 12 numbers of the family.
        Family,
    }
}

switch! {
    /// The body of a refusal with a documented code.
    CodeEnvelope {
        /// `{"error_code": code, "message": sentence}`, after Citron's description (**invented**).
        Flat,
        /// `{"errors": {field: sentence}, "error_code": code}`, as in the first version of the family's API.
        FieldAndCode,
        /// `{"error": sentence, "code": code}`, as in the family.
        ErrorAndCode,
        /// `{"error": {"error_code": code, "message": sentence}}` (**invented**).
        Nested,
    }
}

switch! {
    /// The HTTP status of a refusal with a documented code. Citron documents none.
    CodeStatus {
        /// 404, 400, 410 or 422, depending on the code.
        ByCode,
        /// Always 400.
        BadRequest,
        /// Always 422.
        Unprocessable,
        /// Always 200: only the field `error_code` says that it is a refusal.
        Ok,
    }
}

switch! {
    /// The body of a refusal of a missing or invalid field.
    FieldErrors {
        /// `{"errors": {field: sentence}}`, as in the family.
        Text,
        /// `{"errors": {field: [sentence]}}`.
        List,
    }
}

impl Schedule {
    /// Returns the gaps.
    pub fn minutes(self) -> &'static [i64] {
        match self {
            Self::Documented => &[1, 5, 10, 15, 20, 30, 60, 90, 120, 150, 180, 210, 240],
            Self::Family => &[1, 5, 15, 30, 60, 90, 120, 180, 240, 240, 240, 240],
        }
    }
}

impl Form {
    /// Citron's newer documentation. The sandbox's default.
    pub const DOCUMENTED_NEW: Self = Self {
        envelope: Envelope::Data,
        created_status: 200,
        ping: Ping::Json,
        payment: PaymentNames::Session,
        ids: Ids::Uuid,
        memo: MemoName::Memo,
        reply_amounts: Amounts::Text,
        callback_amounts: Amounts::Text,
        confirmations: Confirmations::Singular,
        fees: Fees::NullForDeposits,
        internal_id: false,
        schedule: Schedule::Documented,
        code_envelope: CodeEnvelope::Flat,
        code_status: CodeStatus::ByCode,
        field_errors: FieldErrors::Text,
    };

    /// Citron's older documentation.
    pub const DOCUMENTED_OLD: Self = Self {
        created_status: 201,
        ids: Ids::Integer,
        memo: MemoName::Tag,
        internal_id: true,
        code_status: CodeStatus::BadRequest,
        ..Self::DOCUMENTED_NEW
    };

    /// The first version of the family's API.
    pub const FAMILY_2020: Self = Self {
        envelope: Envelope::StatusAndData,
        created_status: 201,
        ping: Ping::Text,
        payment: PaymentNames::Invoice,
        ids: Ids::Integer,
        memo: MemoName::Tag,
        reply_amounts: Amounts::Number,
        callback_amounts: Amounts::Text,
        confirmations: Confirmations::Plural,
        fees: Fees::List,
        internal_id: false,
        schedule: Schedule::Documented,
        code_envelope: CodeEnvelope::FieldAndCode,
        code_status: CodeStatus::Unprocessable,
        field_errors: FieldErrors::Text,
    };

    /// The family's API as documented in 2026.
    pub const FAMILY_2026: Self = Self {
        envelope: Envelope::Data,
        created_status: 200,
        reply_amounts: Amounts::Text,
        confirmations: Confirmations::PluralText,
        schedule: Schedule::Family,
        code_envelope: CodeEnvelope::ErrorAndCode,
        code_status: CodeStatus::BadRequest,
        ..Self::FAMILY_2020
    };
}
