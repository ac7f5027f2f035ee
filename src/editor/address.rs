//! Addresses of documents: `file:///a%20b.toml` and the path that it names.
//!
//! What is not the address of a file, such as that of a buffer without a name, is taken for a path as it stands: then
//! the document has no neighbours, and that is all.

use std::path::{Path, PathBuf};

const SCHEME: &str = "file://";

/// The path of an address, without `.` and `..`.
pub fn path_of(address: &str) -> PathBuf {
    let Some(rest) = address.strip_prefix(SCHEME) else { return PathBuf::from(address) };
    // What stands between the slashes is the machine's name; ours or none.
    let path = rest.find('/').map_or(rest, |at| &rest[at..]);
    crate::scenario::load::without_detours(Path::new(&decoded(path)))
}

/// The address of a path.
pub fn address_of(path: &Path) -> String {
    let text = path.to_string_lossy();
    if !path.is_absolute() {
        return text.into_owned();
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    let mut address = SCHEME.to_owned();
    for byte in text.bytes() {
        if plain(byte) {
            address.push(char::from(byte));
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
    address
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if bytes[at] == b'%' => {
                plain.push(byte);
                at += 3;
            }
            _ => {
                plain.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_and_letters_go_there_and_back() {
        for path in ["/a b/ä😀.toml", "/a/50%.toml", "/a#?&.toml", "/plain-1_2.toml"] {
            let address = address_of(Path::new(path));
            assert!(address.is_ascii() && !address.contains(' '), "{address}");
            assert_eq!(path_of(&address), Path::new(path));
        }
    }

    #[test]
    fn odd_addresses_are_paths_of_some_kind() {
        assert_eq!(path_of("file:///a/./b/../c%2etoml"), Path::new("/a/c.toml"));
        assert_eq!(path_of("file://localhost/a"), Path::new("/a"));
        assert_eq!(path_of("untitled:Untitled-1"), Path::new("untitled:Untitled-1"));
        for address in ["", "file://", "file:///%", "file:///%zz%F", "file:///C:/x", "file:///c%3A/x", "file:///%FF"] {
            address_of(&path_of(address));
        }
    }
}
