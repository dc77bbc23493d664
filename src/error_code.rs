//! The 19 error codes of the gateway.

use serde::{Serialize, Serializer};

/// Declares an enum of codes with their text and meaning, and one variant for other codes.
macro_rules! codes {
    (
        $( #[$meta:meta] )*
        $name:ident,
        $( #[$list_meta:meta] )*
        $list:ident,
        $( #[$other_meta:meta] )*
        $other:ident($inner:ty) means $other_meaning:expr,
        $( $variant:ident $text:literal $meaning:literal )*
    ) => {
        $( #[$meta] )*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( #[doc = concat!("`", $text, "`: ", $meaning, ".")] $variant, )*
            $( #[$other_meta] )*
            $other($inner),
        }

        impl $name {
            $( #[$list_meta] )*
            pub const $list: &'static [$name] = &[ $( $name::$variant ),* ];

            /// Returns the text of the code.
            pub fn as_str(&self) -> &str {
                match self {
                    $( $name::$variant => $text, )*
                    $name::$other(code) => code.as_str(),
                }
            }

            /// Returns the meaning of the code, in a few words.
            pub fn meaning(&self) -> &'static str {
                match self {
                    $( $name::$variant => $meaning, )*
                    $name::$other(code) => $other_meaning(code),
                }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use codes;

codes! {
    /// A code of the gateway, from the field `error_code` of its reply.
    ///
    /// According to the documentation, a call that returns one was rolled back and executed nothing (API Documentation
    /// / API Endpoints, Errors). The exception is [`ErrorCode::DuplicationRequest`]: *this* call did nothing, but an
    /// earlier one with the same id may have.
    ///
    /// ```
    /// use citrn::ErrorCode;
    /// assert_eq!(ErrorCode::from("invalid_address"), ErrorCode::InvalidAddress);
    /// assert_eq!(ErrorCode::from("brand_new_code").as_str(), "brand_new_code");
    /// ```
    ErrorCode,
    /// The documented codes, in the documentation's order.
    ALL,
    /// A code that the documentation does not list, unchanged.
    Other(String) means |_| "a code that the documentation does not list",
    CoinNotFound "coin_not_found" "there is no such coin"
    NetworkNotFound "network_not_found" "the coin's network is unknown"
    AddressNotFound "address_not_found" "the wallet address is missing or unusable"
    InvalidAddress "invalid_address" "the wallet address is malformed"
    ResourceNotFound "resource_not_found" "the requested resource does not exist"
    CoinNotSupported "coin_not_supported" "the coin exists but is not supported on this platform"
    BalanceNotEnough "balance_not_enough" "the balance is too low"
    NetworkNotAvailable "network_not_available" "the coin's network is temporarily unavailable"
    WithdrawDisabled "withdraw_disabled" "withdrawals are disabled"
    DuplicationRequest "duplication_request" "the same request was made before"
    AmountTooLow "amount_too_low" "the amount is below the minimum"
    InvalidAmount "invalid_amount" "the amount is invalid"
    WithdrawalVirtualCoin "withdrawal_virtual_coin" "a test coin cannot be withdrawn"
    WithdrawalBaseCoinMismatch "withdrawal_base_coin_mismatch" "the coin and the base coin do not match"
    CommissionNotFound "commission_not_found" "no fee is configured for this operation"
    CreateQuotaError "create_quota_error" "the quote could not be stored"
    ProcessExchangeQuotaError "process_exchange_quota_error" "the quote could not be executed"
    PaymentNotFound "payment_not_found" "there is no such payment"
    PaymentExpired "payment_expired" "the payment has expired"
}

impl ErrorCode {
    /// Replaces a code that is empty or equals one of this client's codes.
    pub const UNLISTED: &'static str = "unlisted_reason";
}

impl From<&str> for ErrorCode {
    fn from(text: &str) -> Self {
        let listed = Self::ALL.iter().find(|code| code.as_str().eq_ignore_ascii_case(text));
        listed.cloned().unwrap_or_else(|| ErrorCode::Other(text.to_owned()))
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
