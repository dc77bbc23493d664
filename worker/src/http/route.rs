//! The rows of the route table.

/// The authentication of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// Holders of a bearer token for the route.
    Token,
    /// Any caller. Holders of a token for the route get more; an invalid token is refused.
    OptionalToken,
    /// The gateway. The handler verifies the signature of the callback.
    Signature,
    /// Payers. The handler verifies the token in the path.
    Link,
    /// Any caller.
    Open,
}

/// A row of the route table, without the handler.
#[derive(Debug, PartialEq, Eq)]
pub struct RouteSpec {
    /// The method.
    pub method: &'static str,
    /// The path's pattern, as it appears in logs and in a token's `routes`.
    pub path: &'static str,
    /// Its authentication.
    pub auth: Auth,
    /// Its summary, in one line.
    pub summary: &'static str,
}

impl RouteSpec {
    /// Whether it reads a token. Then it refuses an invalid one, and a token's `routes` can name it.
    pub fn reads_token(&self) -> bool {
        matches!(self.auth, Auth::Token | Auth::OptionalToken)
    }

    /// Whether an entry of a token's `routes` names this route: by method and path, or by path for all methods.
    pub fn is_named(&self, entry: &str) -> bool {
        let (method, path) = entry.split_once(' ').map_or((None, entry), |(method, path)| (Some(method), path));
        self.reads_token() && self.path == path && method.is_none_or(|method| method == self.method)
    }
}

/// Whether a path belongs to the checkout's pages, where problems are pages for payers.
pub fn is_for_payers(path: &str) -> bool {
    path.starts_with("/c/")
}
