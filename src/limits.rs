//! Limits on text written by others. Every reader of such text takes one pass and stops at its limit.

use core::time::Duration;

/// Deepest nesting of a JSON text that is read.
pub const MAX_DEPTH: usize = 64;

/// Largest body of a reply that is not a list, and of a refusal, after decompression.
pub const MAX_REPLY_BYTES: usize = 1024 * 1024;

/// Largest body of a reply that may be a list, after decompression.
pub const MAX_LIST_BYTES: usize = 8 * 1024 * 1024;

/// Most characters of a piece of foreign text that is shown or logged.
pub const MAX_SHOWN_CHARACTERS: usize = 200;

/// Longest wait that a `Retry-After` can ask for.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);
