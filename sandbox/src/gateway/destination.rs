//! The destination of a deposit.

use citrn::{Reply, endpoints::Address};

/// Where a payer sends coins: an address, and a memo if customers share the address.
///
/// Made from the address as text, from an address and its memo, or from the reply of
/// [`TakeAddress`](citrn::endpoints::TakeAddress).
///
/// ```
/// use citrn::{Client, endpoints::TakeAddress};
/// use citrn_sandbox::Gateway;
///
/// let gateway = Gateway::new("shop");
/// let citrn = Client::new(gateway.clone(), gateway.config())?;
/// let address = pollster::block_on(citrn.call(&TakeAddress::new("user-17", "XRP"), Default::default()))?;
/// let memo = address.memo.as_deref().unwrap_or_default();
/// gateway.deposit((address.address.as_str(), memo), "50")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Destination<'a> {
    pub(super) address: &'a str,
    pub(super) memo: Option<&'a str>,
}

impl<'a> From<&'a str> for Destination<'a> {
    fn from(address: &'a str) -> Self {
        Self { address, memo: None }
    }
}

impl<'a> From<&'a String> for Destination<'a> {
    fn from(address: &'a String) -> Self {
        address.as_str().into()
    }
}

impl<'a> From<(&'a str, &'a str)> for Destination<'a> {
    fn from((address, memo): (&'a str, &'a str)) -> Self {
        Self { address, memo: Some(memo) }
    }
}

impl<'a> From<&'a Address> for Destination<'a> {
    fn from(Address { address, memo, .. }: &'a Address) -> Self {
        Self { address, memo: memo.as_deref() }
    }
}

impl<'a> From<&'a Reply<Address>> for Destination<'a> {
    fn from(reply: &'a Reply<Address>) -> Self {
        (&reply.data).into()
    }
}
