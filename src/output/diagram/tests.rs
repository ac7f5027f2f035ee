use super::page::Frame;
use super::*;
use crate::diagnostic::{Diagnostics, Sources};
use crate::model::resolve;
use crate::scenario::load::{self, Disk};
use std::path::{Path, PathBuf};

fn shipped() -> Vec<(PathBuf, Model)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<PathBuf> = ["scenarios", "scenarios/reference"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.push(root.join("tests/good.toml"));
    paths.sort();
    paths.into_iter().filter_map(|path| Some((path.clone(), model(&path)?))).collect()
}

/// The model of a whole scenario; `None` for a base or another kind of file.
fn model(path: &Path) -> Option<Model> {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let scenario = load::read(path, &Disk, &mut sources, &mut diagnostics)?;
    if scenario.outcomes.is_empty() { None } else { resolve::resolve(&scenario, &mut diagnostics) }
}

fn source() -> Source {
    Source { scenario: "test".into(), digest: "0123456789abcdef".into(), version: "0".into() }
}

fn overlap(a: &Frame, b: &Frame) -> bool {
    a[0] < b[2] - 0.01 && b[0] < a[2] - 0.01 && a[1] < b[3] - 0.01 && b[1] < a[3] - 0.01
}

#[test]
fn nothing_lies_on_anything_in_any_shipped_scenario() {
    let all = shipped();
    assert!(all.len() > 25, "the scenarios were not found");
    for (path, model) in &all {
        for machine in 0..model.machines.len() {
            let Ok(page) = sheet(model, MachineId::new(machine), &source()) else { continue };
            let frames: Vec<(&str, &Frame)> =
                page.boxes.iter().map(|f| ("box", f)).chain(page.labels.iter().map(|f| ("label", f))).collect();
            for (i, (a_kind, a)) in frames.iter().enumerate() {
                for (b_kind, b) in &frames[..i] {
                    assert!(!overlap(a, b), "{}: {a_kind} {a:?} lies on {b_kind} {b:?}", path.display());
                }
                assert!(a[0] >= 0.0 && a[2] <= page.drawing.width && a[3] <= page.drawing.height, "{a:?}");
            }
        }
    }
}

#[test]
fn the_same_model_gives_the_same_bytes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/limited-deployment.toml");
    let model = model(&path).unwrap();
    let machine = MachineId::new(model.machines.iter().position(|machine| machine.name == "path").unwrap());
    let once = svg(&model, machine, &source()).unwrap();
    for _ in 0..5 {
        assert!(once == svg(&model, machine, &source()).unwrap(), "the layout depends on hash order");
    }
    assert!(png(&model, machine, &source(), 1.0).unwrap() == png(&model, machine, &source(), 1.0).unwrap());
}

#[test]
fn a_picture_has_its_limits() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/good.toml");
    let model = model(&path).unwrap();
    let machine = MachineId::new(0);
    let bytes = png(&model, machine, &source(), 2.0).unwrap();
    assert_eq!(&bytes[1..4], b"PNG");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(text.contains("sha256:0123456789abcdef"), "the picture says where it comes from");
    assert!(matches!(png(&model, machine, &source(), 1e4), Err(DiagramError::Drawing(ChartError::TooLarge { .. }))));
}
