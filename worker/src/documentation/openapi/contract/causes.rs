//! What can go wrong with each route.

use crate::{
    http::{Cause, route::Auth},
    routes::Route,
};
use Cause::*;

/// The causes of a route that takes parameters in its body.
const BODY: [Cause; 6] =
    [BodyTooLarge, MalformedBody, MissingParameter, UnknownParameter, DuplicateParameter, InvalidParameter];

/// The failures of the gateway's calls.
const GATEWAY: [(u16, &str); 5] = [
    (409, "`duplication_request`: the gateway knows this request already."),
    (422, "The gateway's own reasons."),
    (502, "The gateway failed."),
    (503, "The gateway is limited, or the coin's network is down for now."),
    (504, "The gateway did not answer in time."),
];

/// Returns statuses, and sentences about them.
pub(super) fn of(route: Route) -> Vec<(u16, String)> {
    let mut causes = vec![NotFound, MethodNotAllowed];
    match route.spec().auth {
        Auth::Token => {
            causes.extend([TokenRequired, TokenUnknown, RouteNotAllowed, TooManyRequests, InvalidConfiguration]);
        }
        Auth::Link => {
            causes.extend([LinkNotFound, LinkExpired, TooManyRequests, StorageUnavailable, InvalidConfiguration]);
        }
        Auth::OptionalToken => causes.extend([TokenRequired, TokenUnknown]),
        Auth::Signature | Auth::Open => {}
    }
    match route {
        Route::ShowCheckout => causes.push(NoCoinAvailable),
        Route::BeginCheckout => causes.extend(BODY.into_iter().chain([CoinNotOffered, OutcomeUnknown])),
        Route::CreatePayment | Route::TakeAddress | Route::CreateCheckoutLink => {
            causes.extend(BODY);
            causes.extend((route != Route::TakeAddress).then_some(ReturnUrlNotAllowed));
            causes.extend([IdempotencyKeyReused, OutcomeUnknown, StorageUnavailable]);
        }
        Route::TakeCallback => {
            causes.extend([BodyTooLarge, MalformedBody, InvalidSignature]);
            causes.extend([TooManyRequests, StorageUnavailable, InvalidConfiguration]);
        }
        Route::ListCallbacks => {
            causes.extend([UnknownParameter, DuplicateParameter, InvalidParameter, StorageUnavailable]);
        }
        Route::RedeliverCallback => causes.extend([CallbackNotFound, CallbackErased, StorageUnavailable]),
        Route::EraseCallback => causes.extend([CallbackNotFound, StorageUnavailable]),
        Route::Ready => causes.extend([TooManyRequests, Checking, NotReady]),
        Route::Home => causes.extend([TooManyRequests, Checking]),
        Route::CheckoutStatus | Route::Currencies | Route::Rates | Route::Health | Route::Contract => {}
    }
    let calls_the_gateway = matches!(
        route,
        Route::CreatePayment
            | Route::TakeAddress
            | Route::ShowCheckout
            | Route::BeginCheckout
            | Route::Currencies
            | Route::Rates
    );
    let said = |cause: Cause| {
        let (status, code, title) = cause.describe();
        (status, format!("`{code}`: {title}."))
    };
    let gateway = GATEWAY.iter().filter(|_| calls_the_gateway).map(|(status, said)| (*status, (*said).to_owned()));
    causes.into_iter().map(said).chain(gateway).collect()
}
