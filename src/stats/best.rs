//! Which of several means is the least, as far as their errors let it be told.
//!
//! In: estimates and the covariances of their errors. Out: for each the probability that its true mean is the least. The
//! errors are taken as jointly normal, which means over many runs are, and the law is summed over the points of R. D.
//! Richtmyer's sequence (multiples of the roots of primes), as A. Genz does ("Numerical computation of multivariate normal
//! probabilities", Journal of Computational and Graphical Statistics 1 (1992)), so that the answer is the same everywhere. Does
//! not know what the means are of.

use super::special::normal_quantile;

/// Points: a probability of few means is off by less than 0.001.
const POINTS: u32 = 50_000;

/// For each of the means the probability that it is the least of them, all of which add up to 1; those that are equal
/// share it.
///
/// `covariance[i][j]` is that of the errors of means i and j: symmetric, positive semidefinite but for rounding.
pub fn probability_of_least(means: &[f64], covariance: &[Vec<f64>]) -> Vec<f64> {
    let root = cholesky(covariance);
    let scale = means.iter().fold(0.0_f64, |size, mean| size.max(mean.abs()));
    let roots = prime_roots(means.len());
    let mut shares = vec![0.0; means.len()];
    for point in 0..POINTS {
        // Half a point off, so that none falls on a border.
        let place = |root: &f64| ((f64::from(point) + 0.5) * root).fract();
        let errors: Vec<f64> =
            roots.iter().map(|root| normal_quantile(place(root).clamp(1e-12, 1.0 - 1e-12))).collect();
        let error = |row: &[f64]| row.iter().zip(&errors).map(|(a, b)| a * b).sum::<f64>();
        let drawn: Vec<f64> = means.iter().zip(&root).map(|(mean, row)| mean + error(row)).collect();
        let least = drawn.iter().fold(f64::INFINITY, |least, &x| least.min(x));
        let is_least = |x: f64| x <= least + 1e-12 * scale;
        let tied = drawn.iter().filter(|&&x| is_least(x)).count() as f64;
        for (share, _) in shares.iter_mut().zip(&drawn).filter(|(_, x)| is_least(**x)) {
            *share += 1.0 / tied;
        }
    }
    shares.iter().map(|share| share / f64::from(POINTS)).collect()
}

/// The square roots of the first primes.
fn prime_roots(count: usize) -> Vec<f64> {
    let is_prime = |n: &u32| (2..*n).take_while(|d| d * d <= *n).all(|d| !n.is_multiple_of(d));
    (2..).filter(is_prime).take(count).map(|prime| f64::from(prime).sqrt()).collect()
}

/// The lower triangular L with L·Lᵀ = the matrix (Cholesky); a mean whose error is that of others has no part of its own.
fn cholesky(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let n = matrix.len();
    let mut root = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let rest = matrix[i][j] - (0..j).map(|k| root[i][k] * root[j][k]).sum::<f64>();
            root[i][j] = if i == j {
                if rest > 1e-12 * matrix[i][i] { rest.sqrt() } else { 0.0 }
            } else if root[j][j] > 0.0 {
                rest / root[j][j]
            } else {
                0.0
            };
        }
    }
    root
}

#[cfg(test)]
mod tests {
    use super::super::special::normal_cdf;
    use super::*;

    #[test]
    fn of_two_it_is_the_normal_law_of_their_difference() {
        for (means, covariance) in [
            ([0.0, 1.0], [[1.0, 0.0], [0.0, 1.0]]),
            ([0.3, 0.2], [[0.04, 0.03], [0.03, 0.05]]),
            ([-1.0, -1.0], [[2.0, -0.5], [-0.5, 1.0]]),
        ] {
            let spread = libm::sqrt(covariance[0][0] + covariance[1][1] - 2.0 * covariance[0][1]);
            let truth = normal_cdf((means[1] - means[0]) / spread);
            let found = probability_of_least(&means, &covariance.map(Vec::from));
            assert!((found[0] - truth).abs() < 0.001, "{} against {truth}", found[0]);
            assert!((found[0] + found[1] - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn equals_share_and_certainty_is_certain() {
        let same = vec![vec![1.0; 3]; 3];
        assert!(probability_of_least(&[2.0; 3], &same).iter().all(|p| (p - 1.0 / 3.0).abs() < 1e-9));
        let none = vec![vec![0.0; 3]; 3];
        assert_eq!(probability_of_least(&[2.0, 1.0, 3.0], &none), [0.0, 1.0, 0.0]);
        // Of three independent with one law, each is the least as often.
        let apart: Vec<Vec<f64>> = (0..3).map(|i| (0..3).map(|j| f64::from(u8::from(i == j))).collect()).collect();
        assert!(probability_of_least(&[0.0; 3], &apart).iter().all(|p| (p - 1.0 / 3.0).abs() < 0.002));
    }
}
