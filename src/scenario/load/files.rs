//! Where files come from: the disk, or anything else that answers to a path.

use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

/// The largest file that is read, in bytes.
pub const LARGEST: u64 = 3 << 20;

/// Gives the bytes of a file. Tests, and readers of archives, have their own.
pub trait Files {
    /// The whole file, or why not.
    fn read(&self, path: &Path) -> Result<Vec<u8>>;
}

/// The file system. Reads regular files of at most [`LARGEST`] bytes; a pipe or a device could keep one waiting forever.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> Result<Vec<u8>> {
        let about = std::fs::metadata(path)?;
        if about.is_dir() {
            return Err(Error::new(ErrorKind::IsADirectory, "it is a folder, not a file"));
        }
        if !about.is_file() {
            return Err(Error::new(ErrorKind::Unsupported, "it is not an ordinary file"));
        }
        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LARGEST {
            return Err(too_large(LARGEST, false));
        }
        Ok(bytes)
    }
}

/// Why a file is not read: it is larger than `limit` bytes, by itself or with the other files of its scenario.
pub(super) fn too_large(limit: u64, together: bool) -> Error {
    let whole = if together { "with the other files of the scenario, it" } else { "it" };
    Error::new(ErrorKind::FileTooLarge, format!("{whole} is larger than the {} MiB that can be read", limit >> 20))
}

/// The reason in words for people.
pub fn reason(error: &Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "you do not have permission to read it".to_owned(),
        ErrorKind::IsADirectory => "it is a folder, not a file".to_owned(),
        ErrorKind::NotADirectory => "a part of its path is a file, not a folder".to_owned(),
        _ => error.to_string(),
    }
}
