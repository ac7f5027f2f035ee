//! Writing a file whole or not at all.
//!
//! A path and its bytes go in. The bytes go to a temporary file in the same folder, reach the disk, and are renamed
//! into place, so that a reader, a crash or a full disk never meets half a file. Knows nothing of what is written.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Why a file could not be written: the path as the caller gave it, and the cause in plain words.
#[derive(Debug)]
pub struct WriteError {
    path: PathBuf,
    cause: String,
}

impl WriteError {
    fn new(path: &Path, cause: impl Into<String>) -> WriteError {
        WriteError { path: path.to_owned(), cause: cause.into() }
    }

    fn from_io(path: &Path, error: &io::Error) -> WriteError {
        WriteError::new(path, in_plain_words(path, error))
    }

    /// The path that could not be written.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "cannot write `{}`: {}", self.path.display(), self.cause)
    }
}

impl std::error::Error for WriteError {}

/// Writes a file whole, replacing what was there, and making the folders that are missing.
///
/// A link is followed; an existing file keeps its permissions; a device or pipe, such as `/dev/stdout`, is written to
/// directly, as it has no place to be renamed into. After an error the old file is as it was, and nothing new is left
/// but folders.
pub fn write(path: &Path, contents: &[u8]) -> Result<(), WriteError> {
    write_by(path, |file| file.write_all(contents))
}

/// The same, where the contents are written bit by bit and never stand in memory whole.
pub fn write_by(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), WriteError> {
    let fail = |error: io::Error| WriteError::from_io(path, &error);
    match fs::metadata(path) {
        Ok(existing) if existing.is_dir() => Err(WriteError::new(path, "it is a folder")),
        Ok(existing) if !existing.is_file() => {
            OpenOptions::new().write(true).open(path).and_then(|mut file| fill(&mut file)).map_err(fail)
        }
        Ok(existing) if existing.permissions().readonly() => Err(WriteError::new(path, "the file is read-only")),
        Ok(existing) => {
            let target = fs::canonicalize(path).map_err(fail)?;
            replace(&target, fill, Some(existing.permissions())).map_err(fail)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if path.file_name().is_none() {
                return Err(WriteError::new(path, "it does not name a file"));
            }
            fs::create_dir_all(folder_of(path)).map_err(fail)?;
            replace(path, fill, None).map_err(fail)
        }
        Err(error) => Err(fail(error)),
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Writes beside the target and renames into its place.
fn replace(
    target: &Path,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
    permissions: Option<fs::Permissions>,
) -> io::Result<()> {
    let (temporary, mut file) = Temporary::beside(target)?;
    fill(&mut file)?;
    if let Some(permissions) = permissions {
        file.set_permissions(permissions)?;
    }
    file.sync_all()?;
    drop(file);
    fs::rename(&temporary.path, target)?;
    temporary.keep();
    // A power cut must not undo the renaming; where a folder cannot be opened, the system sees to that itself.
    if let Ok(folder) = File::open(folder_of(target)) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// A temporary file that is removed when it was not renamed.
struct Temporary {
    path: PathBuf,
}

impl Temporary {
    fn beside(target: &Path) -> io::Result<(Temporary, File)> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = folder_of(target).join(format!(".standoff-{}-{number}.tmp", std::process::id()));
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok((Temporary { path }, file)),
                // Left by a process that was killed and had the same number: take the next name.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn keep(mut self) {
        self.path = PathBuf::new();
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            // The first error is the one to report; a file that cannot be removed either is hidden and named as ours.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn in_plain_words(path: &Path, error: &io::Error) -> String {
    let not_a_folder = path.ancestors().skip(1).find(|folder| folder.exists() && !folder.is_dir());
    if let Some(file) = not_a_folder {
        return format!("`{}` is not a folder", file.display());
    }
    match error.kind() {
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::NotFound => "no such folder".to_owned(),
        ErrorKind::StorageFull => "no space left on the device".to_owned(),
        ErrorKind::QuotaExceeded => "the disk quota is used up".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        ErrorKind::InvalidFilename => "the file name is not allowed or too long".to_owned(),
        _ => {
            // Without the number that the standard library puts behind the system's words.
            let text = error.to_string();
            let words = text.split(" (os error").next().unwrap_or(&text);
            words.to_lowercase()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[track_caller]
    fn check_error(path: &Path, cause: &str) {
        let error = write(path, b"text").unwrap_err();
        assert_eq!(error.to_string(), format!("cannot write `{}`: {cause}", path.display()));
        assert_eq!(error.path(), path);
    }

    #[test]
    fn makes_folders_and_replaces() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/c.csv");
        write(&path, b"first, and longer").unwrap();
        write(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(names(path.parent().unwrap()), ["c.csv"]);
    }

    #[test]
    fn a_folder_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        check_error(folder.path(), "it is a folder");
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn a_name_that_is_too_long_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        check_error(&folder.path().join("x".repeat(300)), "the file name is not allowed or too long");
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn a_file_is_not_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("plain");
        write(&file, b"kept").unwrap();
        check_error(&file.join("x.csv"), &format!("`{}` is not a folder", file.display()));
        check_error(&file.join("y/x.csv"), &format!("`{}` is not a folder", file.display()));
        assert_eq!((names(folder.path()), fs::read(&file).unwrap()), (vec!["plain".to_owned()], b"kept".to_vec()));
    }

    #[test]
    fn nothing_is_no_path() {
        check_error(Path::new(""), "it does not name a file");
    }

    #[test]
    fn a_failed_rename_removes_the_temporary() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("taken");
        fs::create_dir(&target).unwrap();
        assert!(replace(&target, |file| file.write_all(b"text"), None).is_err());
        assert_eq!(names(folder.path()), ["taken"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn devices_stay_devices() {
        use std::os::unix::fs::FileTypeExt;
        check_error(Path::new("/dev/full"), "no space left on the device");
        check_error(Path::new("/dev/null/x.csv"), "`/dev/null` is not a folder");
        write(Path::new("/dev/null"), b"text").unwrap();
        for device in ["/dev/full", "/dev/null"] {
            assert!(fs::metadata(device).unwrap().file_type().is_char_device(), "{device}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_permissions_kept() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        write(&file, b"old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&file, &link).unwrap();
        write(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o440)).unwrap();
        check_error(&file, "the file is read-only");
    }

    #[test]
    fn writers_at_the_same_time_leave_one_whole_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::thread::scope(|scope| {
            for letter in b'a'..b'e' {
                let path = &path;
                scope.spawn(move || (0..20).for_each(|_| write(path, &vec![letter; 10_000]).unwrap()));
            }
        });
        let found = fs::read(&path).unwrap();
        assert!(found.len() == 10_000 && found.iter().all(|&letter| letter == found[0]));
        assert_eq!(names(folder.path()), ["file"]);
    }
}
