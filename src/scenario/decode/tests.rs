use crate::scenario::load::memory::{read_files, read_text};

#[test]
#[allow(clippy::print_stdout)]
fn look() {
    for file in std::fs::read_dir("/tmp/bad").unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read(&path).unwrap();
        println!("{}", read_files(&[(path.file_name().unwrap().to_str().unwrap(), text)]).shown);
    }
    let _ = read_text("");
}
