//! Every label of every chart at every size: none over another, none beyond the page.

use super::*;

/// Texts may touch by so much of a point.
const TOUCH: f64 = 0.6;

fn every_chart(theme: &Theme) -> Vec<(String, Picture)> {
    let mut exact = limited_deployment();
    fixture::make_exact(&mut exact);
    let mut partial = limited_deployment();
    partial.origin.runs = 41_216;
    partial.origin.settings = (0..12).map(|i| (format!("a_parameter_with_a_long_name_{i}"), 0.25)).collect();
    let studies = [
        ("long", long_and_many()),
        ("short", limited_deployment()),
        ("doubt", with_doubt()),
        ("exact", exact),
        ("partial", partial),
        ("bare", bare()),
        ("without-runs", without_runs()),
    ];
    let mut all: Vec<(String, Picture)> = Vec::new();
    for (name, findings) in &studies {
        let pictures = pictures(findings, theme).unwrap();
        let strips = ladder_strips(findings, &ladder(findings), theme).unwrap();
        let pictures = pictures.into_iter().chain(strips).chain(base_rates(findings, &rates(), theme).unwrap());
        all.extend(pictures.map(|picture| (format!("{name}-{}", picture.name), picture)));
    }
    let eight: Vec<Findings> = paths().into_iter().chain(paths()).collect();
    let long = [long_and_many(), with_doubt()];
    for (name, several) in [("eight", &eight[..]), ("four", &eight[..4]), ("two-long", &long[..])] {
        all.push((format!("{name}-comparison"), comparison(several, theme).unwrap()));
    }
    let labels = ["as written", "a policy with a rather long name of its own", "bold"];
    for (name, labels) in [("two", &labels[..2]), ("three", &labels[..])] {
        all.push((format!("{name}-differences"), differences(&alternatives(labels), theme).unwrap()));
    }
    all.extend(super::super::sweep::tests::every_sweep_chart(theme));
    all
}

fn mistakes(name: &str, picture: &Picture) -> Vec<String> {
    let page = picture.page();
    let texts: Vec<(&str, sheet::Frame)> = page
        .marks
        .iter()
        .filter_map(|mark| match mark {
            mark::Mark::Text { text, .. } if !text.trim().is_empty() => Some((text.as_str(), mark.text_box()?)),
            _ => None,
        })
        .collect();
    let mut found = Vec::new();
    for (i, (text, frame)) in texts.iter().enumerate() {
        if frame.left < 0.0 || frame.top < 0.0 || frame.right > page.width || frame.bottom > page.height {
            found.push(format!("{name}: “{text}” is beyond the page of {} by {}: {frame:?}", page.width, page.height));
        }
        for (other, there) in &texts[..i] {
            let apart = frame.right < there.left + TOUCH
                || there.right < frame.left + TOUCH
                || frame.bottom < there.top + TOUCH
                || there.bottom < frame.top + TOUCH;
            if !apart {
                found.push(format!("{name}: “{text}” is over “{other}”: {frame:?} {there:?}"));
            }
        }
    }
    found
}

#[test]
fn labels_are_apart_and_on_the_page_at_every_size() {
    let mut sizes = Size::presets();
    sizes.extend(["60mm", "160x90mm@300dpi", "90x160mm@150dpi", "400mm@100dpi"].map(|typed| typed.parse().unwrap()));
    let mut found = Vec::new();
    for size in sizes {
        let theme = Theme { size: size.clone(), ..Theme::default() };
        for (name, picture) in every_chart(&theme) {
            found.extend(mistakes(&format!("{size}-{name}"), &picture));
            let (wide, high) = picture.pixels();
            if let Some(ratio) = size.ratio() {
                assert!((f64::from(high) / f64::from(wide) - ratio).abs() < 0.01, "{size} {name}");
                let page = picture.page();
                assert!((page.height / page.width - ratio).abs() < 0.01, "{size} {name} is cut or empty below");
            }
        }
    }
    let shown: Vec<&String> = found.iter().take(40).collect();
    assert!(found.is_empty(), "{} mistakes: {shown:#?}", found.len());
}
