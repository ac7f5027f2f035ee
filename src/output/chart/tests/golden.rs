//! Every kind of chart beside a stored picture of it, as the eye compares them: what differs in small parts is let pass.
//!
//! After a wanted change: `STANDOFF_UPDATE_GOLDEN=1 cargo test --lib chart::tests::golden`, then look at `tests/golden`.

use super::*;
use std::path::PathBuf;

/// Squares into which pictures are parted, along the longer side.
const PARTS: usize = 60;
/// The mean difference of a square, of 255, from which it is seen to differ.
const SEEN: f64 = 14.0;
/// Share of the squares that may be seen to differ.
const TOLERATED: f64 = 0.004;

/// Width, height and grey levels by channel.
struct Pixels {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

fn decode(png: &[u8]) -> Pixels {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut rgb).unwrap();
    Pixels { width: frame.width as usize, height: frame.height as usize, rgb }
}

/// Share of the squares that differ visibly; 1 if the sizes differ.
fn difference(a: &Pixels, b: &Pixels) -> f64 {
    if (a.width, a.height) != (b.width, b.height) {
        return 1.0;
    }
    let side = a.width.max(a.height).div_ceil(PARTS);
    let (across, down) = (a.width.div_ceil(side), a.height.div_ceil(side));
    let mut sums = vec![0.0; across * down];
    for (i, (p, q)) in a.rgb.iter().zip(&b.rgb).enumerate() {
        let (x, y) = (i / 3 % a.width, i / 3 / a.width);
        sums[y / side * across + x / side] += f64::from(p.abs_diff(*q));
    }
    let seen = sums.iter().filter(|sum| **sum / (3 * side * side) as f64 > SEEN).count();
    seen as f64 / sums.len() as f64
}

fn charts() -> Vec<(String, Picture)> {
    let theme = |look: Look| Theme { size: "120mm@150dpi".parse().unwrap(), look, ..Theme::default() };
    let mut all = Vec::new();
    for look in [Look::Light, Look::Print, Look::Dark] {
        let theme = theme(look);
        let findings = limited_deployment();
        let mut found = vec![
            outcome_bars(&findings, &theme).unwrap(),
            cumulative_incidence(&findings, &theme).unwrap(),
            comparison(&paths(), &theme).unwrap(),
        ];
        found.push(differences(&alternatives(&["as written", "bold"]), &theme).unwrap());
        let several = [
            state_occupancy(&findings, &theme).unwrap(),
            consequence_fans(&findings, &theme).unwrap(),
            exceedance_curves(&findings, &theme).unwrap(),
            ladder_strips(&findings, &ladder(&findings), &theme).unwrap(),
            base_rates(&findings, &rates(), &theme).unwrap(),
        ];
        found.extend(durations(&findings, &theme).unwrap());
        found.extend(several.into_iter().filter_map(|pages| pages.into_iter().next()));
        all.extend(found.into_iter().map(|one| (format!("{}-{}", one.name, look.name()), one)));
        let of_sweeps = [
            "map-two-map-wider-war",
            "line-outcomes",
            "tornado-many-tornado-wider-war-1",
            "drawn-parallel-wider-war",
            "map-threshold-map-wider-war",
        ];
        let sweeps = super::super::sweep::tests::every_sweep_chart(&theme).into_iter();
        let some = sweeps.filter(|(name, _)| of_sweeps.iter().any(|one| name[6..] == **one));
        all.extend(some.map(|(name, one)| (format!("{name}-{}", look.name()), one)));
        all.push((format!("doubt-{}", look.name()), outcome_bars(&with_doubt(), &theme).unwrap()));
    }
    all
}

#[test]
fn charts_look_as_they_did() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut changed = Vec::new();
    for (name, picture) in charts() {
        let png = picture.png().unwrap();
        let path = folder.join(format!("{name}.png"));
        if std::env::var_os("STANDOFF_UPDATE_GOLDEN").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &png).unwrap();
            continue;
        }
        let stored = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let share = difference(&decode(&png), &decode(&stored));
        if share > TOLERATED {
            changed.push(format!("{name}: {:.1} % of it", 100.0 * share));
        }
    }
    assert!(changed.is_empty(), "look changed: {changed:#?}");
}

#[test]
fn what_is_seen_to_differ_is_told_and_a_shade_is_not() {
    let findings = limited_deployment();
    let picture = |findings: &Findings| decode(&outcome_bars(findings, &light()).unwrap().png().unwrap());
    let as_it_is = picture(&findings);
    let mut paler = decode(&outcome_bars(&findings, &light()).unwrap().png().unwrap());
    paler.rgb.iter_mut().for_each(|level| *level = level.saturating_sub(3));
    assert!(difference(&as_it_is, &paler) <= TOLERATED);
    let mut other = findings.clone();
    other.outcomes.swap(0, 1);
    assert!(difference(&as_it_is, &picture(&other)) > TOLERATED);
}
