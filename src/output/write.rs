//! Writes files so that each is there whole or not at all.
//!
//! In: a path and bytes. Out: the file, by way of a temporary one beside it that is flushed to disk and then renamed; or
//! an error that names the path and the cause, and nothing left behind.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A path that could not be written.
#[derive(Debug)]
pub struct WriteError {
    pub path: PathBuf,
    pub cause: io::Error,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cause = match self.cause.kind() {
            io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            io::ErrorKind::StorageFull => "the disk is full".to_owned(),
            io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
            io::ErrorKind::NotADirectory => "a part of the path is a file, not a folder".to_owned(),
            io::ErrorKind::AlreadyExists => "there is a file where a folder is needed".to_owned(),
            io::ErrorKind::IsADirectory => "there is a folder of that name".to_owned(),
            _ => self.cause.to_string(),
        };
        write!(f, "cannot write `{}`: {cause}", self.path.display())
    }
}

impl std::error::Error for WriteError {}

/// Makes a folder and those above it.
pub fn make_folder(path: &Path) -> Result<(), WriteError> {
    fs::create_dir_all(path).map_err(|cause| WriteError { path: path.to_owned(), cause })
}

/// Writes a file into an existing folder, replacing one of that name.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    let failed = |cause| WriteError { path: path.to_owned(), cause };
    if path.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    let name = path.file_name().ok_or_else(|| failed(io::ErrorKind::InvalidInput.into()))?;
    let mut temporary_name = std::ffi::OsString::from(".");
    temporary_name.push(name);
    temporary_name.push(format!(".{}.part", std::process::id()));
    let temporary = path.with_file_name(temporary_name);
    let written = File::create(&temporary)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&temporary, path));
    written.map_err(|cause| {
        // Best effort: the error that matters is the first one.
        let _ = fs::remove_file(&temporary);
        failed(cause)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_whole_files_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        write_file(&path, b"one").unwrap();
        write_file(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn says_what_is_in_the_way() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "x").unwrap();
        let said = |result: Result<(), WriteError>| result.unwrap_err().to_string();
        assert!(said(make_folder(&file)).ends_with("there is a file where a folder is needed"));
        assert!(said(make_folder(&file.join("under"))).ends_with("a part of the path is a file, not a folder"));
        assert!(said(write_file(folder.path(), b"x")).ends_with("there is a folder of that name"));
        assert!(said(write_file(&file.join("under.csv"), b"x")).contains("under.csv"));
    }
}
