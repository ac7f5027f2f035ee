//! Independent implementations: `statrs` for the functions, the samplers of `rand_distr` for the laws themselves.

use super::*;
use rand::{Rng, SeedableRng, rngs::Xoshiro256PlusPlus};
use rand_distr::Distribution as Sampler;
use statrs::distribution as theirs;
use statrs::distribution::{Continuous, ContinuousCDF};
use statrs::statistics::Distribution as Moments;

fn agree<D: ContinuousCDF<f64, f64> + Continuous<f64, f64> + Moments<f64>>(ours: Distribution, theirs: D) {
    close(ours.mean(), theirs.mean().unwrap(), 1e-12, &format!("{ours:?} mean"));
    close(ours.sd(), theirs.std_dev().unwrap(), 1e-12, &format!("{ours:?} sd"));
    for k in 1..100 {
        let t = ours.quantile(f64::from(k) / 100.0);
        assert!((ours.cdf(t) - theirs.cdf(t)).abs() < 1e-10, "{ours:?} cdf at {t}: {} {}", ours.cdf(t), theirs.cdf(t));
        assert!((ours.survival(t) - theirs.sf(t)).abs() < 1e-10, "{ours:?} survival at {t}");
        let hazard = theirs.pdf(t) / theirs.sf(t);
        close(ours.hazard(t), hazard, 1e-8, &format!("{ours:?} hazard at {t}"));
    }
}

#[test]
fn statrs_agrees() {
    agree(member("exponential", &[("rate", 0.7)]), theirs::Exp::new(0.7).unwrap());
    agree(member("weibull", &[("shape", 0.8), ("scale", 3.0)]), theirs::Weibull::new(0.8, 3.0).unwrap());
    agree(member("lognormal", &[("mu", 1.0), ("sigma", 0.5)]), theirs::LogNormal::new(1.0, 0.5).unwrap());
    agree(member("gamma", &[("shape", 0.7), ("rate", 2.0)]), theirs::Gamma::new(0.7, 2.0).unwrap());
    agree(member("gamma", &[("shape", 37.0), ("rate", 2.0)]), theirs::Gamma::new(37.0, 2.0).unwrap());
    agree(member("uniform", &[("low", 2.0), ("high", 5.0)]), theirs::Uniform::new(2.0, 5.0).unwrap());
    let corners = [("low", 1.0), ("mode", 2.0), ("high", 5.0)];
    agree(member("triangular", &corners), theirs::Triangular::new(1.0, 5.0, 2.0).unwrap());
    agree(member("normal", &[("mean", 50.0), ("sd", 3.0)]), theirs::Normal::new(50.0, 3.0).unwrap());
    agree(member("beta", &[("alpha", 2.0), ("beta", 5.0)]), theirs::Beta::new(2.0, 5.0).unwrap());
}

/// Kolmogorov and Smirnov's distance between the law and a sample of 20,000 must stay below its 0.1 % point.
fn same_law(law: Distribution, sampler: impl Sampler<f64>, rng: &mut impl Rng) {
    const SIZE: usize = 20_000;
    let mut sample: Vec<f64> = (0..SIZE).map(|_| sampler.sample(rng)).collect();
    sample.sort_unstable_by(f64::total_cmp);
    let distance = sample.iter().enumerate().fold(0.0_f64, |most, (k, x)| {
        let p = law.cdf(*x);
        most.max((p - k as f64 / SIZE as f64).abs()).max(((k + 1) as f64 / SIZE as f64 - p).abs())
    });
    assert!(distance * (SIZE as f64).sqrt() < 1.95, "{law:?}: distance {distance}");
}

#[test]
fn samples_of_rand_distr_follow_our_laws() {
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(20_260_105);
    same_law(member("exponential", &[("rate", 0.7)]), rand_distr::Exp::new(0.7).unwrap(), rng);
    same_law(member("weibull", &[("shape", 0.8), ("scale", 3.0)]), rand_distr::Weibull::new(3.0, 0.8).unwrap(), rng);
    same_law(member("lognormal", &[("mu", 1.0), ("sigma", 0.5)]), rand_distr::LogNormal::new(1.0, 0.5).unwrap(), rng);
    same_law(member("gamma", &[("shape", 0.3), ("scale", 2.0)]), rand_distr::Gamma::new(0.3, 2.0).unwrap(), rng);
    same_law(member("gamma", &[("shape", 7.5), ("scale", 2.0)]), rand_distr::Gamma::new(7.5, 2.0).unwrap(), rng);
    let corners = [("low", 0.0), ("mode", 3.0), ("high", 10.0)];
    same_law(member("triangular", &corners), rand_distr::Triangular::new(0.0, 10.0, 3.0).unwrap(), rng);
    let pert = rand_distr::Pert::new(0.0, 10.0).with_mode(3.0).unwrap();
    same_law(member("pert", &corners), pert, rng);
    same_law(member("normal", &[("mean", 5.0), ("sd", 2.0)]), rand_distr::Normal::new(5.0, 2.0).unwrap(), rng);
    same_law(member("beta", &[("alpha", 0.5), ("beta", 3.0)]), rand_distr::Beta::new(0.5, 3.0).unwrap(), rng);
    same_law(member("uniform", &[("low", 2.0), ("high", 5.0)]), rand_distr::Uniform::new(2.0, 5.0).unwrap(), rng);
}

#[test]
fn our_inversion_draws_follow_our_laws() {
    /// Draws by the inverse hazard of a unit exponential, as the kernel does.
    struct Inversion(Distribution);
    impl Sampler<f64> for Inversion {
        fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
            self.0.inverse_cumulative_hazard(rand_distr::Exp1.sample(rng))
        }
    }
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(7);
    for law in smooth() {
        same_law(law.clone(), Inversion(law), rng);
    }
}
