//! Doubt about parameters: what is drawn has the laws, correlations and sums that the file gives it; chance and doubt are
//! told apart as closed forms have it; and all of it is the same at any number of threads.

use crate::support::{End, Ends, assert_law, assert_mean, assert_share, model, read, read_file, scenario, simulator};
use assert_cmd::Command;
use standoff::analysis::doubt::drawing::Drawing;
use standoff::analysis::doubt::nested::{Inner, Sampled};
use standoff::analysis::doubt::{Method, study, whole_points};
use standoff::analysis::exact::Options;
use standoff::analysis::study::{Failure, Settings, Subject, study as plain};
use standoff::analysis::{Findings, SeparatedEvent};
use standoff::diagnostic::{Diagnostics, Sources};
use standoff::distribution::{Argument, Distribution, Family};
use standoff::kernel::batch::Monitor;
use standoff::kernel::run::Workspace;
use standoff::model::Model;
use standoff::output::{chart, summary, tables};
use standoff::random::RunAddress;
use standoff::stats::components::Cell;
use std::path::Path;

/// Fixed.
const SEED: u64 = 20_260_105;

fn found(model: &Model, method: Method, seed: u64, runs: u64, threads: usize) -> Findings {
    let settings = Settings { seed, runs, threads, set: Vec::new() };
    study(&Subject { name: "test", digest: "", model }, &settings, method, &Monitor::default()).unwrap()
}

fn nested(points: u64) -> Method {
    Method::Nested { points, solve: None }
}

#[track_caller]
fn separated<'f>(findings: &'f Findings, name: &str) -> &'f SeparatedEvent {
    let separated = findings.doubt.as_ref().unwrap().separated.as_ref().unwrap();
    separated.outcomes.iter().find(|event| event.name == name).unwrap()
}

/// What is counted at parameter sets whose runs are in flight together is what is counted of each run alone.
#[test]
fn sets_that_are_asked_about_together_are_those_of_each_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let model = read_file(&root.join("scenarios/negotiated-pause.toml"), &mut sources, &mut diagnostics).unwrap();
    let (simulator, drawing) = (simulator(&model), Drawing::new(&model, &[], SEED).unwrap());
    let (points, runs) = (40, 5);
    let sampled = Sampled { simulator: &simulator, drawing: &drawing, seed: SEED, points, runs };
    let (cells, taken) = sampled.asker()(3..20).unwrap();
    assert_eq!((cells.len(), taken), (17, 17 * runs));
    let program = simulator.bound().program();
    for (point, cells) in (3..20).zip(cells) {
        let mut own = simulator.clone();
        own.rebind(drawing.bind(point).unwrap());
        let mut alone = Ends::default();
        for run in (0..runs).map(|turn| turn * points + point) {
            own.run(RunAddress::new(SEED, run), &mut Workspace::default(), &mut alone).unwrap();
        }
        let hits =
            |hit: &dyn Fn(&End) -> bool| Cell::counted(alone.ends.iter().filter(|end| hit(end)).count() as u64, runs);
        let outcomes = (0..program.outcomes.len()).map(|outcome| hits(&|end| end.outcome == outcome));
        let passed = |end: &End, milestone: usize| end.milestones.get(milestone).is_some_and(Option::is_some);
        let milestones = (0..program.milestones.len()).map(|milestone| hits(&|end| passed(end, milestone)));
        assert_eq!(cells, outcomes.chain(milestones).collect::<Vec<Cell>>(), "{point}");
    }
}

/// A scenario that ends as `hit` with the probability that its parameter `p` is.
fn coin(parameters: &str) -> Model {
    model(&scenario(
        1.0,
        &format!(
            "{parameters}
[machines.coin]
initial = \"spinning\"
[machines.coin.states]
spinning = {{}}
heads = {{}}
tails = {{}}
[[machines.coin.transitions]]
from = \"spinning\"
branches = [{{ to = \"heads\", weight = \"p\" }}, {{ to = \"tails\", weight = \"1 - p\" }}]
after = {{ family = \"constant\", value = 0.5 }}
[outcomes.hit]
when = \"coin.heads\""
        ),
    ))
}

const UNIFORM: &str = "[parameters.p]\nvalue = 0.4\ndistribution = { family = \"uniform\", low = 0.2, high = 0.6 }";

/// p uniform on [a, b]: doubt (b − a)² / 12, and chance is what is left of m (1 − m).
#[test]
fn a_probability_that_is_a_uniform_parameter() {
    let model = coin(UNIFORM);
    let (mean, doubt) = (0.4, 0.16 / 12.0);
    for seed in [SEED, SEED + 1, SEED + 2] {
        let findings = found(&model, nested(1024), seed, 40 * 1024, 2);
        let of = separated(&findings, "hit").components;
        // The standard error of a variance from n cells of 40 runs: about √(2 / n) of (doubt + noise).
        let error = (doubt + 0.24 / 40.0) * (2.0_f64 / 1024.0).sqrt();
        assert!((of.doubt - doubt).abs() < 4.0 * error, "{} against {doubt}", of.doubt);
        assert!((of.chance - (0.24 - doubt)).abs() < 4.0 * 0.25 / (40.0 * 1024.0_f64).sqrt(), "{}", of.chance);
        let share = of.doubt_share.unwrap();
        assert!(share.low < doubt / 0.24 && doubt / 0.24 < share.high, "{share:?}");
        assert!(!of.below_noise);
        let [low, high] = of.band.unwrap();
        assert!((low - 0.22).abs() < 0.03 && (high - 0.58).abs() < 0.04, "{low} {high}: near 5 % and 95 % of the law");
        assert_share("together", findings.outcomes[0].probability.counts.unwrap().hits as usize, 40 * 1024, mean);
    }
}

/// A scenario that is a chain is solved at each set: then doubt has no noise, and milestones are left out.
#[test]
fn a_chain_is_solved_at_each_set() {
    let rate = "[parameters.r]\nvalue = 1\ndistribution = { family = \"uniform\", low = 0.5, high = 1.5 }
[machines.m]
initial = \"on\"
[machines.m.states]
on = {}
off = {}
[[machines.m.transitions]]
from = \"on\"
to = \"off\"
rate = \"r\"
[milestones.left]
when = \"m.off\"
[outcomes.off]
when = \"m.off\"";
    let model = model(&scenario(1.0, rate));
    let solved = Method::Nested { points: 512, solve: Some(Options::default()) };
    let findings = found(&model, solved, SEED, 1000, 2);
    let separated_all = findings.doubt.as_ref().unwrap().separated.as_ref().unwrap();
    assert_eq!((separated_all.runs_per_point, separated_all.milestones.len()), (0, 0));
    let of = separated(&findings, "off").components;
    // With r uniform, E e^(−kr) = (e^(−k/2) − e^(−3k/2)) / k.
    let mean = |k: f64| (libm::exp(-0.5 * k) - libm::exp(-1.5 * k)) / k;
    let truth = mean(2.0) - mean(1.0) * mean(1.0);
    // Of 16 replicates of 32 points, one in each 32nd of the law: the squared distance from the mean, whose slope is 0.08
    // on average, has the standard error 0.08 / √(12 · 16 · 32³); and the variance of even points is n / (n − 1) too large.
    let error = 0.08 / (12.0 * 16.0 * 32_768.0_f64).sqrt();
    assert!((of.doubt - truth).abs() < 4.0 * error + truth / 511.0, "{} against {truth}", of.doubt);
    assert!((of.mean.estimate - (1.0 - mean(1.0))).abs() < 1e-4, "{:?}", of.mean);
    let [low, high] = of.band.unwrap();
    let at = |r: f64| 1.0 - libm::exp(-r);
    // Within √(0.05 · 0.95 / 512) of the level, the standard error of independent points, times the slope of the quantile.
    assert!((low - at(0.55)).abs() < 0.006 && (high - at(1.45)).abs() < 0.006, "{low} {high}");
    let sampled = found(&model, nested(512), SEED, 40 * 512, 2);
    let share = separated(&sampled, "off").components.doubt_share.unwrap();
    let exact = of.doubt_share.unwrap().estimate;
    assert!(share.low < exact && exact < share.high, "{share:?} against {exact}");
}

/// p of a beta law, by which hits are beta-binomial: doubt ab / ((a + b)² (a + b + 1)).
#[test]
fn a_probability_of_a_beta_law() {
    let model = coin("[parameters.p]\nvalue = 0.25\ndistribution = { family = \"beta\", alpha = 2, beta = 6 }");
    let doubt = 12.0 / (64.0 * 9.0);
    let findings = found(&model, nested(1024), SEED, 40 * 1024, 2);
    let of = separated(&findings, "hit").components;
    let error = (doubt + 0.1875 / 40.0) * (3.0_f64 / 1024.0).sqrt();
    assert!((of.doubt - doubt).abs() < 4.0 * error, "{} against {doubt}", of.doubt);
    let share = of.doubt_share.unwrap();
    assert!(share.low < doubt / 0.1875 && doubt / 0.1875 < share.high, "{share:?}");
}

/// A sum of two normal variables, one drawn with the parameters and one by chance, is above 0: with ρ the part of doubt in
/// the variance of the sum, the probability given the first has the variance asin ρ / 2π.
#[test]
fn a_linear_gaussian_model() {
    let text = "[time]
unit = \"day\"
horizon = 1
step = 1
[parameters.push]
value = 0
distribution = { family = \"normal\", mean = 0, sd = 1 }
[variables.level]
initial = \"push\"
dynamics = { kind = \"random-walk\", volatility = 2 }
[machines.watch]
initial = \"on\"
[machines.watch.states]
on = {}
[outcomes.above]
when = \"level > 0\"
default = true
[outcomes.below]
default = true";
    let model = model(&format!("title = \"test\"\n{text}\n"));
    let truth = libm::asin(0.2) / std::f64::consts::TAU;
    let findings = found(&model, nested(1024), SEED, 40 * 1024, 2);
    let of = separated(&findings, "above").components;
    let error = (truth + 0.25 / 40.0) * (2.0_f64 / 1024.0).sqrt();
    assert!((of.doubt - truth).abs() < 4.0 * error, "{} against {truth}", of.doubt);
    let share = of.doubt_share.unwrap();
    assert!(share.low < 4.0 * truth && 4.0 * truth < share.high, "{share:?} against {}", 4.0 * truth);
    assert!((of.mean.estimate - 0.5).abs() < 0.02);
}

#[test]
fn without_doubt_there_is_none() {
    let model = coin("[parameters.p]\nvalue = 0.01");
    let findings = found(&model, nested(64), SEED, 64 * 20, 2);
    assert!(findings.doubt.as_ref().unwrap().drawn.is_empty());
    let of = separated(&findings, "hit").components;
    let share = of.doubt_share.unwrap();
    assert!(share.low == 0.0 && share.high < 0.1, "{share:?}");
    assert!(of.doubt < 0.1 * of.chance && of.below_noise == (of.doubt == 0.0));
}

const SIX: &str = "
[parameters.a]
value = 0.4
range = [0.1, 0.9]
[parameters.b]
value = 3
distribution = { family = \"lognormal\", median = 3, p95 = 9 }
[parameters.c]
value = 0.5
distribution = { family = \"uniform\", low = 0, high = 1 }
[parameters.sea]
value = 0.5
[parameters.land]
value = 0.3
[parameters.air]
value = 0.2
[levers.force]
value = 1
range = [0, 2]
[[correlations]]
between = [\"a\", \"b\"]
rank = 0.6
[[correlations]]
between = [\"c\", \"a\"]
rank = -0.4
[shares.supply]
of = [\"sea\", \"land\", \"air\"]
concentration = 15
[machines.m]
initial = \"on\"
[machines.m.states]
on = {}
off = {}
[[machines.m.transitions]]
from = \"on\"
to = \"off\"
rate = { value = 0.2, range = [0.05, 1.0], times = \"a + b + c + sea + land + air + force\" }
[outcomes.off]
when = \"m.off\"";

/// The values of each named input at points 0 … n − 1.
fn drawn(model: &Model, set: &[(String, f64)], n: u64) -> impl Fn(&str) -> Vec<f64> + use<> {
    let drawing = Drawing::new(model, set, SEED).unwrap();
    let rows: Vec<Vec<f64>> = (0..n).map(|point| drawing.values(point)).collect();
    let names: Vec<String> = model.inputs.iter().map(|input| input.name.clone()).collect();
    move |name| {
        let index = names.iter().position(|other| other == name).unwrap();
        rows.iter().map(|row| row[index]).collect()
    }
}

fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|i, j| values[*i].total_cmp(&values[*j]));
    let mut ranks = vec![0.0; values.len()];
    order.into_iter().enumerate().for_each(|(rank, index)| ranks[index] = rank as f64);
    ranks
}

fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let (mx, my) = (mean(x), mean(y));
    let sum = |f: &dyn Fn(f64, f64) -> f64| x.iter().zip(y).map(|(a, b)| f(a - mx, b - my)).sum::<f64>();
    sum(&|a, b| a * b) / (sum(&|a, _| a * a) * sum(&|_, b| b * b)).sqrt()
}

#[test]
fn each_parameter_keeps_its_own_law() {
    let model = model(&scenario(1.0, SIX));
    let of = drawn(&model, &[], 4096);
    let law = |family, arguments: &[(Argument, f64)]| Distribution::new(family, arguments, &[]).unwrap();
    let triangle = |low, mode, high| {
        law(Family::Triangular, &[(Argument::Low, low), (Argument::Mode, mode), (Argument::High, high)])
    };
    let a = triangle(0.1, 0.4, 0.9);
    assert_law("a range", &mut of("a"), |x| a.cdf(x));
    let b = law(
        Family::Lognormal,
        &[(Argument::Mu, libm::log(3.0)), (Argument::Sigma, libm::log(3.0) / 1.644_853_626_951_472_7)],
    );
    assert_law("lognormal", &mut of("b"), |x| b.cdf(x));
    assert_law("uniform", &mut of("c"), |x| x.clamp(0.0, 1.0));
    let rate = triangle(libm::log(0.05), libm::log(0.2), 0.0);
    assert_law("a rate, on the scale of logarithms", &mut of("m.on-to-off.rate"), |x| rate.cdf(libm::log(x)));
    assert!(of("force").iter().all(|x| *x == 1.0), "a lever is chosen");
}

#[test]
fn rank_correlations_are_those_of_the_file() {
    let model = model(&scenario(1.0, SIX));
    let of = drawn(&model, &[], 4096);
    // The standard error of a rank correlation is at most 1.03 / √n.
    let bound = 4.0 * 1.03 / 64.0;
    for (x, y, rank) in [("a", "b", 0.6), ("a", "c", -0.4), ("b", "c", 0.0), ("a", "m.on-to-off.rate", 0.0)] {
        let found = correlation(&ranks(&of(x)), &ranks(&of(y)));
        assert!((found - rank).abs() < bound, "{x} with {y}: {found}, not {rank}");
    }
}

/// Dirichlet: means m, variances m (1 − m) / (c + 1), covariances −m n / (c + 1).
#[test]
fn shares_have_the_moments_of_their_law() {
    let model = model(&scenario(1.0, SIX));
    let of = drawn(&model, &[], 4096);
    let (sea, land, air) = (of("sea"), of("land"), of("air"));
    for ((s, l), a) in sea.iter().zip(&land).zip(&air) {
        assert!((s + l + a - 1.0).abs() < 1e-12 && *s > 0.0 && *l > 0.0 && *a > 0.0);
    }
    for (what, values, mean) in [("sea", &sea, 0.5), ("land", &land, 0.3), ("air", &air, 0.2)] {
        assert_mean(what, values, mean);
        let squares: Vec<f64> = values.iter().map(|x| (x - mean) * (x - mean)).collect();
        assert_mean(&format!("variance of {what}"), &squares, mean * (1.0 - mean) / 16.0);
    }
    let products: Vec<f64> = sea.iter().zip(&land).map(|(s, l)| (s - 0.5) * (l - 0.3)).collect();
    assert_mean("covariance", &products, -0.5 * 0.3 / 16.0);
}

#[test]
fn thin_shares_stay_shares() {
    let text = SIX.replace("concentration = 15", "concentration = 0.01");
    let of = drawn(&model(&scenario(1.0, &text)), &[], 1024);
    let sea = of("sea");
    assert!(sea.iter().zip(of("land")).zip(of("air")).all(|((s, l), a)| (s + l + a - 1.0).abs() < 1e-12));
    assert_mean("sea", &sea, 0.5);
}

#[test]
fn what_is_set_is_held_and_leaves_the_others_alone() {
    let model = model(&scenario(1.0, SIX));
    let (free, held) = (drawn(&model, &[], 64), drawn(&model, &[("c".into(), 0.9), ("sea".into(), 0.8)], 64));
    assert!(held("c").iter().all(|x| *x == 0.9) && held("sea").iter().all(|x| *x == 0.8));
    assert_eq!(free("m.on-to-off.rate"), held("m.on-to-off.rate"));
    assert_eq!(free("a"), held("a"), "the first of the correlated ones does not follow the last");
    // Dirichlet given one part: the others keep their proportions.
    for ((l, a), (before_l, before_a)) in held("land").iter().zip(held("air")).zip(free("land").iter().zip(free("air")))
    {
        assert!((l + a - 0.2).abs() < 1e-12 && (l / a / (before_l / before_a) - 1.0).abs() < 1e-9);
    }
    let more = drawn(&model, &[], 128);
    assert_eq!(more("b")[..64], free("b")[..], "more points change none");
}

/// Also where nothing is drawn, the parts of a whole sum to 1.
#[test]
fn shares_that_are_set_leave_the_rest() {
    let model = model(&scenario(1.0, SIX));
    let values = |set: &[(&str, f64)]| {
        let set: Vec<(String, f64)> = set.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
        standoff::analysis::study::values(&model, &set)
    };
    let at = |name: &str| model.input(name).unwrap().index();
    let found = values(&[("sea", 0.9)]).unwrap();
    assert!((found[at("land")] - 0.06).abs() < 1e-12 && (found[at("air")] - 0.04).abs() < 1e-12);
    for set in [&[("sea", 0.9), ("land", 0.2)][..], &[("sea", -0.1)], &[("sea", 0.5), ("land", 0.3), ("air", 0.1)]] {
        assert!(matches!(values(set), Err(Failure::Unbindable(_))), "{set:?}");
    }
}

#[test]
fn correlations_that_hardly_clash_are_drawn_with_the_nearest() {
    let clashing = |x: f64, y: f64| {
        let all = [("a", "b", x), ("b", "c", y)];
        let more: String = all
            .iter()
            .map(|(x, y, rank)| format!("[[correlations]]\nbetween = [\"{x}\", \"{y}\"]\nrank = {rank}\n"))
            .collect();
        let text = SIX.replace("[[correlations]]\nbetween = [\"a\", \"b\"]\nrank = 0.6\n[[correlations]]\nbetween = [\"c\", \"a\"]\nrank = -0.4\n", &more);
        read(scenario(1.0, &text).as_bytes())
    };
    let (adjusted, said) = clashing(0.7, 0.72);
    assert!(said.contains("warning[correlations-adjusted]") && said.contains("a with c 0 (not given)"), "{said}");
    let of = drawn(&adjusted.unwrap(), &[], 4096);
    let found = correlation(&ranks(&of("a")), &ranks(&of("b")));
    assert!((found - 0.7).abs() < 0.05 + 0.065, "{found}");
    let (none, said) = clashing(0.95, 0.95);
    assert!(none.is_none() && said.contains("error[correlations-clash]"), "{said}");
}

#[test]
fn findings_with_doubt_are_the_same_at_any_number_of_threads() {
    let model = model(&scenario(5.0, SIX));
    let one = found(&model, nested(64), 7, 5000, 1);
    for threads in [2, 7] {
        let other = found(&model, nested(64), 7, 5000, threads);
        assert_eq!(summary::summary_json(&one), summary::summary_json(&other), "{threads} threads");
        assert_eq!(tables::doubt_csv(&one), tables::doubt_csv(&other));
    }
    let png = || chart::outcome_bars(&one, &chart::Theme::default()).unwrap().png().unwrap();
    assert_eq!(png(), png());
    // The study itself is that of `chance+doubt`.
    let mut together = found(&model, Method::Together, 7, 5000, 2);
    assert!(tables::doubt_csv(&together).is_none());
    together.doubt.clone_from(&one.doubt);
    assert_eq!(together, one);
}

#[test]
fn without_it_nothing_is_drawn() {
    let model = model(&scenario(5.0, SIX));
    let settings = Settings { seed: 7, runs: 500, threads: 2, set: Vec::new() };
    let findings = plain(&Subject { name: "test", digest: "", model: &model }, &settings, &Monitor::default()).unwrap();
    assert!(findings.doubt.is_none());
    assert!(!String::from_utf8(summary::summary_json(&findings)).unwrap().contains("\"doubt\""));
}

#[test]
fn parameter_sets_come_in_whole_groups() {
    assert_eq!([1, 32, 33, 512].map(whole_points), [32, 32, 48, 512]);
}

fn standoff(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("standoff").unwrap().args(arguments).current_dir(folder).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_command_line_draws_tells_and_replays() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("six.toml"), scenario(5.0, SIX)).unwrap();
    let run = ["run", "six.toml", "--runs", "640", "--uncertainty", "nested", "--parameter-sets", "60"];
    let (code, text, said) = standoff(folder.path(), &run);
    assert_eq!(code, 0, "{said}");
    assert!(text.contains("values of 7 parameters") && text.contains("64 parameter sets with 10 runs each"), "{text}");
    let at = |name: &str| std::fs::read_to_string(folder.path().join("out/six").join(name)).unwrap();
    assert!(at("doubt.csv").starts_with("scenario,kind,name,parameter_sets,runs_per_set,probability,"));
    let manifest: serde_json::Value = serde_json::from_str(&at("manifest.json")).unwrap();
    assert_eq!(manifest["uncertainty"]["method"], "nested");
    assert_eq!(manifest["uncertainty"]["parameter_sets"], 64);
    let (code, text, said) = standoff(folder.path(), &["replay", "six.toml", "--run", "3", "--point", "3"]);
    assert_eq!(code, 0, "{said}");
    assert!(text.contains("\nParameters of point 3: a = 0."), "{text}");
    let (code, _, said) = standoff(folder.path(), &["run", "six.toml", "--parameter-sets", "60"]);
    assert_eq!(code, 2);
    assert!(said.contains("goes with `--uncertainty nested`"), "{said}");
}

/// A parameter set that a scenario cannot run with is the fault of its run, and told with the command that replays it.
#[test]
fn an_impossible_draw_is_told_and_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let text =
        SIX.replace("rate = { value", "rate = { distribution = { family = \"normal\", mean = 0.2, sd = 0.2 }, value");
    std::fs::write(folder.path().join("six.toml"), scenario(5.0, &text)).unwrap();
    let (code, _, said) = standoff(folder.path(), &["run", "six.toml", "--uncertainty", "chance+doubt"]);
    assert_eq!(code, 3, "{said}");
    let command = said.split('`').find(|part| part.starts_with("standoff replay")).unwrap().to_owned();
    assert!(command.contains("--point"), "{command}");
    let words: Vec<&str> = command.split_whitespace().skip(1).collect();
    let (code, _, said) = standoff(folder.path(), &words);
    assert_eq!(code, 3);
    assert!(said.contains("its rate is negative"), "{said}");
}
