//! Messages on the wire: `Content-Length: …`, an empty line, and that many bytes of JSON.
//!
//! In: any bytes. Out: messages, and for what is none the words to answer with; reading goes on behind it. Nothing that
//! is announced is believed: a message of more than [`LARGEST`] bytes is skipped, not stored.

use lsp_server::{ErrorCode, Message};
use serde_json::{Value, json};
use std::io::{BufRead, Read, Result};

/// The largest message that is read, in bytes.
const LARGEST: u64 = 64 << 20;
/// The longest line of a head.
const LONGEST_LINE: u64 = 4096;

/// What came.
#[derive(Debug)]
pub enum Frame {
    Message(Message),
    /// No message; what to send back.
    Broken(Value),
}

/// The next message; `None` at the end of the stream.
pub fn read(from: &mut impl BufRead) -> Result<Option<Frame>> {
    let Some(length) = head(from)? else { return Ok(None) };
    let Some(length) = length else {
        return Ok(Some(broken(&Value::Null, ErrorCode::InvalidRequest, "the message has no Content-Length")));
    };
    if length > LARGEST {
        std::io::copy(&mut from.take(length), &mut std::io::sink())?;
        return Ok(Some(broken(&Value::Null, ErrorCode::InvalidRequest, "the message is too large")));
    }
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length {
        return Ok(None);
    }
    let value: Value = match serde_json::from_slice(&bytes) {
        Ok(value) => value,
        Err(error) => return Ok(Some(broken(&Value::Null, ErrorCode::ParseError, &format!("no JSON: {error}")))),
    };
    let id = value.get("id").cloned().unwrap_or_default();
    Ok(Some(match serde_json::from_value(value) {
        Ok(message) => Frame::Message(message),
        Err(_) => broken(&id, ErrorCode::InvalidRequest, "this is neither a request nor a notification nor a response"),
    }))
}

/// Reads up to the empty line; the length, if one is given. `None` at the end of the stream.
fn head(from: &mut impl BufRead) -> Result<Option<Option<u64>>> {
    let mut length = None;
    let mut any = false;
    loop {
        let mut line = Vec::new();
        if from.take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        match (line.is_empty(), any) {
            (true, true) => return Ok(Some(length)),
            // Empty lines between messages do no harm.
            (true, false) => continue,
            _ => any = true,
        }
        if let Some((name, value)) = line.split_once(':')
            && name.trim().eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok();
        }
    }
}

fn broken(id: &Value, code: ErrorCode, message: &str) -> Frame {
    let error = json!({ "code": code as i32, "message": message });
    Frame::Broken(json!({ "jsonrpc": "2.0", "id": id, "error": error }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(bytes: &[u8]) -> Vec<String> {
        let mut from = bytes;
        let mut all = Vec::new();
        while let Some(frame) = read(&mut from).unwrap() {
            all.push(match frame {
                Frame::Message(Message::Notification(n)) => n.method,
                Frame::Message(_) => "other".to_owned(),
                Frame::Broken(answer) => answer["error"]["code"].to_string(),
            });
        }
        all
    }

    #[test]
    fn what_is_no_message_is_answered_and_reading_goes_on() {
        let good = "Content-Length: 14\r\n\r\n{\"method\":\"a\"}";
        let bytes = [
            good,
            "Content-Length: 3\r\n\r\n{x}",
            good,
            "Nonsense: 1\r\n\r\n",
            "Content-Type: x\r\ncontent-length:14\r\n\r\n{\"method\":\"a\"}",
            "Content-Length: 2\r\n\r\n[]",
            good,
        ];
        assert_eq!(frames(bytes.concat().as_bytes()), ["a", "-32700", "a", "-32600", "a", "-32600", "a"]);
    }

    #[test]
    fn what_is_announced_is_not_believed() {
        let announced = format!("Content-Length: {}\r\n\r\nabc", u64::MAX);
        assert_eq!(frames(announced.as_bytes()), ["-32600"]);
        assert!(frames(b"Content-Length: 1000\r\n\r\n{}").is_empty());
        assert!(frames(&[b'x'; 100_000]).is_empty());
        let deep = "[".repeat(100_000);
        assert_eq!(frames(format!("Content-Length: {}\r\n\r\n{deep}", deep.len()).as_bytes()), ["-32700"]);
    }
}
