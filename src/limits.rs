//! Limits on foreign text. Every reader of such text makes one pass and stops at its limit.

use core::time::Duration;

/// The deepest nesting of a JSON text.
pub const MAX_DEPTH: usize = 64;

/// The largest body, in bytes after decompression, of an error and of a reply that is not a list.
pub const MAX_REPLY_BYTES: usize = 1024 * 1024;

/// The largest body, in bytes after decompression, of a reply that may be a list.
pub const MAX_LIST_BYTES: usize = 8 * 1024 * 1024;

/// The most characters of foreign text in a message or log line.
pub const MAX_SHOWN_CHARACTERS: usize = 200;

/// The largest extra fields of a call, in bytes as one JSON object.
pub const MAX_EXTRA_BYTES: usize = 16 * 1024;

/// The deepest nesting of an extra field's value; an empty object is one level deep.
pub const MAX_EXTRA_DEPTH: usize = 16;

/// The longest wait that is accepted from a `Retry-After`.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);
