//! The JSON scanner (RFC 8259). It finds the bounds of each value and converts nothing, so numbers keep their digits.

use crate::limits::MAX_DEPTH;

/// The position of a value, or of a field's name, in the text. Nodes are in the order of the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The number of nodes of the value, including itself.
    pub(super) count: usize,
}

/// Why a text cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The text is not one JSON value.
    NotJson,
    /// The text is nested deeper than [`MAX_DEPTH`].
    TooDeep,
}

/// Scans one JSON value with optional white space around it.
pub(super) fn scan(text: &str) -> Result<Vec<Node>, Fault> {
    // Most bodies have one node per 10 to 20 bytes.
    let nodes = Vec::with_capacity(text.len() / 16);
    let mut scan = Scan { text: text.as_bytes(), at: 0, nodes };
    scan.value(0)?;
    scan.white_space();
    if scan.peek().is_some() { Err(Fault::NotJson) } else { Ok(scan.nodes) }
}

/// Appends the node of a value that starts at `start`. [`end`] completes it.
pub(super) fn begin(nodes: &mut Vec<Node>, start: usize) -> usize {
    nodes.push(Node { start, end: start, count: 1 });
    nodes.len() - 1
}

pub(super) fn end(nodes: &mut [Node], node: usize, end: usize) {
    let count = nodes.len() - node;
    if let Some(node) = nodes.get_mut(node) {
        *node = Node { end, count, ..*node };
    }
}

struct Scan<'a> {
    text: &'a [u8],
    at: usize,
    nodes: Vec<Node>,
}

impl Scan<'_> {
    // Forced inline: the wasm is optimised for size, and a call per byte would take most of the scan's time.
    #[inline(always)]
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    #[inline(always)]
    fn white_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn skip(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// Consumes a byte with optional white space before it.
    fn take(&mut self, byte: u8) -> Result<(), Fault> {
        self.white_space();
        if self.skip(byte) { Ok(()) } else { Err(Fault::NotJson) }
    }

    /// Consumes a value with optional white space before it. Recursion is bounded by [`MAX_DEPTH`].
    fn value(&mut self, depth: usize) -> Result<(), Fault> {
        self.white_space();
        let node = begin(&mut self.nodes, self.at);
        match self.peek() {
            Some(b'{' | b'[') if depth == MAX_DEPTH => return Err(Fault::TooDeep),
            Some(b'{') => self.items(b'}', |scan| {
                scan.white_space();
                let name = begin(&mut scan.nodes, scan.at);
                scan.string().ok_or(Fault::NotJson)?;
                end(&mut scan.nodes, name, scan.at);
                scan.take(b':')?;
                scan.value(depth + 1)
            })?,
            Some(b'[') => self.items(b']', |scan| scan.value(depth + 1))?,
            _ => self.scalar().ok_or(Fault::NotJson)?,
        }
        end(&mut self.nodes, node, self.at);
        Ok(())
    }

    /// Consumes a container: an opening bracket, comma-separated items, and the closing bracket.
    fn items(&mut self, close: u8, item: impl Fn(&mut Self) -> Result<(), Fault>) -> Result<(), Fault> {
        self.at += 1;
        if self.take(close).is_ok() {
            return Ok(());
        }
        item(self)?;
        while self.take(b',').is_ok() {
            item(self)?;
        }
        self.take(close)
    }

    fn scalar(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.string(),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.text.get(self.at..)?.starts_with(word).then(|| self.at += word.len())
    }

    fn string(&mut self) -> Option<()> {
        self.skip(b'"').then_some(())?;
        loop {
            let rest = self.text.get(self.at..)?;
            self.at += rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))? + 1;
            match self.text.get(self.at - 1)? {
                b'"' => return Some(()),
                b'\\' => match self.peek()? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.at += 1,
                    b'u' => {
                        let digits = self.text.get(self.at + 1..self.at + 5)?;
                        digits.iter().all(u8::is_ascii_hexdigit).then(|| self.at += 5)?;
                    }
                    _ => return None,
                },
                _ => return None,
            }
        }
    }

    fn number(&mut self) -> Option<()> {
        self.skip(b'-');
        if !self.skip(b'0') {
            self.digits()?;
        }
        if self.skip(b'.') {
            self.digits()?;
        }
        if self.skip(b'e') || self.skip(b'E') {
            let _ = self.skip(b'+') || self.skip(b'-');
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}
