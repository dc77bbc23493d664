//! A line of the route table.

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// Holders of a bearer token for the route.
    Token,
    /// Any caller. Holders of a token for the route get more; an invalid token is refused.
    OptionalToken,
    /// The gateway: its handler checks the signature of the callback.
    Signature,
    /// Payers: its handler checks the token in the path.
    Link,
    /// Any caller.
    Open,
}

/// A line of the route table, apart from its handler.
#[derive(Debug, PartialEq, Eq)]
pub struct RouteSpec {
    /// The method.
    pub method: &'static str,
    /// The path, as logs and tokens write it.
    pub path: &'static str,
    /// Who may call it.
    pub auth: Auth,
    /// What it does, in a line.
    pub summary: &'static str,
}

impl RouteSpec {
    /// Whether it reads a token: then an invalid one is refused, and a token's `routes` can name it.
    pub fn reads_token(&self) -> bool {
        matches!(self.auth, Auth::Token | Auth::OptionalToken)
    }

    /// Whether an entry of a token's `routes` means this route: a method and a path, or a path for all its methods.
    pub fn is_named(&self, entry: &str) -> bool {
        let (method, path) = entry.split_once(' ').map_or((None, entry), |(method, path)| (Some(method), path));
        self.reads_token() && self.path == path && method.is_none_or(|method| method == self.method)
    }
}

/// Whether a path is one of the checkout's pages, or looks like one: problems there are pages for payers.
pub fn is_for_payers(path: &str) -> bool {
    path.starts_with("/c/")
}
