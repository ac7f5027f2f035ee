//! Charts of made-up findings: valid files, the same bytes twice, no panic on degenerate ones.
//!
//! With `STANDOFF_CHART_DIR` set while they are built, the pictures are also written there, to be looked at.

mod golden;
mod labels;
mod made_up;
mod spells;

use super::*;
use crate::analysis::{Counts, Findings, Proportion};
use crate::output::fixture;
use made_up::{alternatives, bare, ladder, limited_deployment, long_and_many, paths, rates, with_doubt, without_runs};

type Read = (u32, u32, Vec<(String, String)>);

/// Width, height and text chunks of a PNG, decoded whole.
fn read(picture: &Picture) -> Read {
    let png = picture.png().unwrap();
    let mut decoder = png::Decoder::new(std::io::Cursor::new(&png));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    assert_eq!(frame.color_type, png::ColorType::Rgb);
    assert!(pixels.iter().any(|p| *p != pixels[0]), "the page is empty");
    let info = reader.info();
    assert_eq!(info.pixel_dims.unwrap().xppu, (picture.size_dpi() / 0.0254).round() as u32);
    let texts = info.utf8_text.iter().map(|t| (t.keyword.clone(), t.get_text().unwrap())).collect();
    assert_eq!((frame.width, frame.height), picture.pixels());
    (frame.width, frame.height, texts)
}

fn light() -> Theme {
    Theme::default()
}

fn keep(name: &str, picture: &Picture) {
    if let Some(dir) = option_env!("STANDOFF_CHART_DIR") {
        std::fs::create_dir_all(dir).unwrap();
        std::fs::write(std::path::Path::new(dir).join(format!("{name}.png")), picture.png().unwrap()).unwrap();
    }
}

fn check(name: &str, findings: &Findings) -> Vec<Picture> {
    let pictures = pictures(findings, &light()).unwrap();
    for picture in &pictures {
        keep(&format!("{name}-{}", picture.name), picture);
        let (width, height, _) = read(picture);
        assert_eq!(width, 2008, "{}", picture.name);
        assert!((300..8000).contains(&height), "{} is {height} high", picture.name);
    }
    pictures
}

fn names(pictures: &[Picture]) -> Vec<&str> {
    pictures.iter().map(|p| p.name.as_str()).collect()
}

#[test]
fn a_study_has_its_charts() {
    let pictures = check("study", &limited_deployment());
    assert_eq!(
        names(&pictures),
        [
            "outcomes",
            "incidence",
            "occupancy",
            "consequences",
            "variables",
            "exceedance",
            "exceedance-2",
            "durations",
            "durations-2"
        ]
    );
}

/// Doubt and chance told apart: a wide band, a narrow one, one below the noise, and an outcome that never happened.
#[test]
fn doubt_has_bands_of_its_own() {
    let picture = outcome_bars(&with_doubt(), &light()).unwrap();
    keep("doubt", &picture);
    let (_, _, texts) = read(&picture);
    assert!(
        texts.iter().any(|(key, text)| key == "Uncertainty" && text.starts_with("nested, 3 parameters")),
        "{texts:?}"
    );
    assert_ne!(picture.png().unwrap(), outcome_bars(&limited_deployment(), &light()).unwrap().png().unwrap());
}

#[test]
fn a_journey_has_a_chart_of_the_scenarios_that_runs_are_in() {
    let findings = crate::output::fixture::journey();
    let pictures = check("journey", &findings);
    assert_eq!(names(&pictures)[2..4], ["scenarios", "occupancy"]);
    let (_, _, texts) = read(&pictures[2]);
    let described = |words: &str| texts.iter().any(|(key, text)| key == "Description" && text.contains(words));
    assert!(described("a start on path") && described("no probability is given"), "{texts:?}");
}

#[test]
fn files_say_where_they_come_from() {
    let (_, _, texts) = read(&outcome_bars(&limited_deployment(), &light()).unwrap());
    let text = |key: &str| texts.iter().find(|(k, _)| k == key).map(|(_, text)| text.clone()).unwrap_or_default();
    assert!(text("Description").contains("not a forecast"), "{texts:?}");
    assert_eq!(text("Software"), "standoff 0.1.0");
    assert_eq!(text("Seed"), "42");
    assert_eq!(text("Runs"), "100000 of 100000");
    assert!(text("Digest").starts_with("sha256:3fa9c2"));
}

#[test]
fn both_kinds_of_file_say_how_to_make_them_again() {
    let command = "standoff run 'a & \"b\".toml' --seed 42";
    let theme = Theme { command: Some(command.to_owned()), date: Some("2026-11-28".to_owned()), ..light() };
    let picture = outcome_bars(&limited_deployment(), &theme).unwrap();
    let from_png = provenance(&picture.png().unwrap()).unwrap();
    assert_eq!(from_png, provenance(picture.svg().as_bytes()).unwrap());
    let has = |key: &str, text: &str| from_png.iter().any(|(k, t)| k == key && t == text);
    assert!(has("Command", command) && has("Creation Time", "2026-11-28") && has("Seed", "42"), "{from_png:?}");
}

#[test]
fn the_same_findings_make_the_same_bytes() {
    let findings = limited_deployment();
    let files = || -> Vec<(String, Vec<u8>)> {
        let theme = Theme { format: Format::Both, ..light() };
        let mut all = pictures(&findings, &theme).unwrap();
        all.push(comparison(&paths(), &theme).unwrap());
        all.iter().flat_map(|picture| picture.files().unwrap()).collect()
    };
    assert_eq!(files(), files());
    assert!(files().iter().any(|(name, _)| name == "comparison.svg"));
}

#[test]
fn long_names_and_many_series_fit_on_pages() {
    let pictures = check("long", &long_and_many());
    let expected = [
        "outcomes",
        "incidence",
        "occupancy",
        "occupancy-2",
        "occupancy-3",
        "consequences",
        "variables",
        "variables-2",
        "exceedance",
        "exceedance-2",
        "durations",
        "durations-2",
        "durations-3",
        "durations-4",
    ];
    assert_eq!(names(&pictures), expected);
}

#[test]
fn a_study_that_was_cut_short_says_so() {
    let mut findings = limited_deployment();
    findings.origin.runs = 41_216;
    findings.origin.settings = vec![("spiral_gain".to_owned(), 1.5), ("deterrence_gain".to_owned(), 0.25)];
    let png = outcome_bars(&findings, &light()).unwrap();
    keep("partial-outcomes", &png);
    let (_, _, texts) = read(&png);
    assert!(texts.iter().any(|(_, text)| text.starts_with("PARTIAL: 41")), "{texts:?}");
    assert!(texts.iter().any(|(key, text)| key == "Settings" && text.contains("spiral_gain = 1.5")));
}

#[test]
fn scenarios_stand_side_by_side() {
    let four = paths();
    let eight: Vec<Findings> = four.iter().chain(&four).cloned().collect();
    for (name, several) in [("one", &four[..1]), ("two", &four[..2]), ("four", &four[..]), ("eight", &eight[..])] {
        let png = comparison(several, &light()).unwrap();
        keep(&format!("comparison-{name}"), &png);
        let (_, _, texts) = read(&png);
        assert_eq!(texts.iter().filter(|(key, _)| key.starts_with("Digest")).count(), several.len());
    }
    read(&comparison(&[], &light()).unwrap());
}

#[test]
fn nothing_to_show_is_no_panic() {
    let pictures = check("bare", &bare());
    assert_eq!(names(&pictures), ["outcomes", "incidence"]);
    check("without-runs", &without_runs());
    read(&comparison(&[bare(), without_runs()], &light()).unwrap());
}

#[test]
fn exact_findings_say_so_and_have_no_runs() {
    let mut findings = limited_deployment();
    fixture::make_exact(&mut findings);
    let pictures = check("exact", &findings);
    for picture in &pictures {
        let (_, _, texts) = read(picture);
        let text = |key: &str| texts.iter().find(|(keyword, _)| keyword == key).map(|(_, text)| text.as_str());
        assert_eq!(text("Method"), Some("exact (14 states)"), "{texts:?}");
        assert_eq!((text("Runs"), text("Seed")), (None, None), "{texts:?}");
        assert!(!text("Description").unwrap().contains("runs with"), "{texts:?}");
    }
    keep("exact-comparison", &comparison(&[findings, limited_deployment()], &light()).unwrap());
}

#[test]
fn degenerate_numbers_are_no_panic() {
    let certain = Proportion { counts: Some(Counts { hits: 100, runs: 100 }), estimate: 1.0, low: 0.963, high: 1.0 };
    let mut one_point = limited_deployment();
    one_point.axis.points = vec![0.0];
    one_point.outcomes.truncate(1);
    one_point.outcomes[0].probability = certain;
    one_point.outcomes[0].incidence = vec![certain];
    one_point.milestones.clear();
    check("one-point", &one_point);

    for horizon in [0.0, f64::NAN, f64::INFINITY, 1e-9, 1e12] {
        let mut findings = limited_deployment();
        findings.axis.horizon = horizon;
        pictures(&findings, &light()).unwrap();
    }

    let mut flat = limited_deployment();
    for (i, variable) in flat.variables.iter_mut().enumerate() {
        let value = [0.0, 9.0, -1e-300, f64::MAX, f64::NAN, f64::INFINITY][i % 6];
        variable.path.rows = vec![vec![value; 5]; 105];
        variable.path.means.clear();
    }
    flat.consequences[0].path.rows[3..].iter_mut().for_each(|row| *row = vec![f64::MIN, -1.0, 0.0, 1.0, f64::MAX]);
    flat.consequences[1].path.probabilities = vec![0.5];
    flat.consequences[2].path.probabilities.clear();
    check("flat", &flat);
}

#[test]
fn the_scenario_says_how_its_charts_look() {
    let findings = limited_deployment();
    let names: Vec<String> = findings.outcomes.iter().map(|one| one.name.clone()).collect();
    let last = names.last().unwrap().clone();
    let charts = crate::model::charts::Charts {
        language: None,
        order: vec![last.clone()],
        titles: vec![("outcomes".to_owned(), "wie es endet".to_owned())],
        colors: vec![(names[0].clone(), [0x12, 0x34, 0x56])],
    };
    let usual = outcome_bars(&findings, &light()).unwrap();
    let own = outcome_bars(&findings, &Theme { charts, ..light() }).unwrap();
    assert!(own.title().ends_with(": wie es endet"), "{}", own.title());
    assert!(usual.title().ends_with(outcomes::TITLE));
    let height = |picture: &Picture, name: &str| {
        let wanted = super::labels::spaced(name);
        picture.page().marks.iter().find_map(|mark| match mark {
            mark::Mark::Text { text, place, .. } if wanted.starts_with(text.as_str()) => Some(place.1),
            _ => None,
        })
    };
    assert!(height(&usual, &last) > height(&usual, &names[0]));
    assert!(height(&own, &last) < height(&own, &names[0]));
    let painted = |picture: &Picture| picture.svg().contains("#123456");
    assert!(painted(&own) && !painted(&usual));
}
