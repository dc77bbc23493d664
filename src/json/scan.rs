//! Where JSON values begin and end (RFC 8259). Nothing is converted, and nothing recurses: numbers keep their digits, and
//! no depth of nesting overflows the stack.

use crate::limits::MAX_DEPTH;

/// A place in a text.
#[derive(Clone, Copy)]
pub(super) struct Scan<'a> {
    text: &'a str,
    at: usize,
    too_deep: bool,
}

/// Why a text is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not one JSON value.
    NotJson,
    /// It is nested deeper than [`MAX_DEPTH`].
    TooDeep,
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, too_deep: false }
    }

    /// The text of the one value that is here, without the white space around it.
    pub(super) fn whole(mut self) -> Result<&'a str, Fault> {
        match self.value() {
            _ if self.too_deep => Err(Fault::TooDeep),
            Some(value) => {
                self.white();
                self.peek().map_or(Ok(value), |_| Err(Fault::NotJson))
            }
            None => Err(Fault::NotJson),
        }
    }

    /// The string literals in the text of a value, names included, in their quotes and in one pass.
    pub(super) fn literals(mut self) -> impl Iterator<Item = &'a str> {
        core::iter::from_fn(move || {
            self.at += self.text.as_bytes().get(self.at..)?.iter().position(|byte| *byte == b'"')?;
            let start = self.at;
            self.string()?;
            self.text.get(start..self.at)
        })
    }

    /// The texts of an array's items.
    pub(super) fn items(mut self) -> Option<Vec<&'a str>> {
        let mut items = Vec::new();
        self.eat(b'[')?;
        if self.eat(b']').is_some() {
            return Some(items);
        }
        loop {
            items.push(self.value()?);
            if self.eat(b',').is_none() {
                return self.eat(b']').map(|()| items);
            }
        }
    }

    /// The texts of an object's names, in their quotes, and values.
    pub(super) fn fields(mut self) -> Option<Vec<(&'a str, &'a str)>> {
        let mut fields = Vec::new();
        self.eat(b'{')?;
        if self.eat(b'}').is_some() {
            return Some(fields);
        }
        loop {
            let name = self.name()?;
            fields.push((name, self.value()?));
            if self.eat(b',').is_none() {
                return self.eat(b'}').map(|()| fields);
            }
        }
    }

    // Inlined by hand: the wasm is optimised for size, and then a call for each byte is what reading mostly costs.
    #[inline(always)]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline(always)]
    fn white(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Takes a byte that may have white space before it.
    fn eat(&mut self, byte: u8) -> Option<()> {
        self.white();
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// Takes a name and the colon behind it.
    fn name(&mut self) -> Option<&'a str> {
        self.white();
        let start = self.at;
        self.string()?;
        let name = self.text.get(start..self.at);
        self.eat(b':')?;
        name
    }

    /// Takes a value, whatever it holds.
    fn value(&mut self) -> Option<&'a str> {
        self.white();
        let start = self.at;
        // The containers that are open, innermost last: whether it is an object.
        let mut open: Vec<bool> = Vec::new();
        loop {
            self.white();
            let is_object = self.peek()? == b'{';
            match self.peek()? {
                b'{' | b'[' => {
                    if open.len() == MAX_DEPTH {
                        self.too_deep = true;
                        return None;
                    }
                    self.at += 1;
                    if self.eat(if is_object { b'}' } else { b']' }).is_none() {
                        if is_object {
                            self.name()?;
                        }
                        open.push(is_object);
                        continue;
                    }
                }
                b'"' => self.string()?,
                b't' => self.word("true")?,
                b'f' => self.word("false")?,
                b'n' => self.word("null")?,
                _ => self.number()?,
            }
            // A value has ended, and with it perhaps what it stands in.
            loop {
                let Some(is_object) = open.last() else { return self.text.get(start..self.at) };
                if self.eat(b',').is_some() {
                    if *is_object {
                        self.name()?;
                    }
                    break;
                }
                self.eat(if *is_object { b'}' } else { b']' })?;
                open.pop();
            }
        }
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.text.get(self.at..)?.starts_with(word).then(|| self.at += word.len())
    }

    fn string(&mut self) -> Option<()> {
        if self.peek()? != b'"' {
            return None;
        }
        self.at += 1;
        loop {
            let rest = self.text.as_bytes().get(self.at..)?;
            self.at += rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))? + 1;
            match self.text.as_bytes().get(self.at - 1)? {
                b'"' => return Some(()),
                b'\\' => match self.peek()? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.at += 1,
                    b'u' => {
                        let digits = self.text.as_bytes().get(self.at + 1..self.at + 5)?;
                        digits.iter().all(u8::is_ascii_hexdigit).then(|| self.at += 5)?;
                    }
                    _ => return None,
                },
                _ => return None,
            }
        }
    }

    fn number(&mut self) -> Option<()> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
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
