//! Poisson probabilities, for the number of jumps of a uniformised chain.
//!
//! In: the expected number. Out: the probabilities that count, with a bound on what was left off. They grow from the mode
//! outwards by their ratios and are divided by their sum, so that none is computed through a logarithm (Fox and Glynn
//! 1988): the relative error of each is that of a few hundred multiplications.

/// Left-off mass, relative to the sum of the weights, at either end.
const LEFT_OFF: f64 = 1e-17;

/// Probabilities of `left`, `left + 1`, …; their sum is 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    pub left: usize,
    pub weights: Vec<f64>,
    /// A bound on the mass of everything else.
    pub left_off: f64,
}

impl Window {
    /// Of the Poisson law with this mean: at least 0 and finite.
    pub fn new(mean: f64) -> Self {
        let mode = mean.floor();
        let (mut up, mut sum) = (vec![1.0], 1.0);
        let mut k = mode;
        let mut left_off = 0.0;
        loop {
            // Later ratios are smaller than this one: the tail is less than a geometric one.
            let ratio = mean / (k + 1.0);
            let last = up[up.len() - 1];
            let tail = last * ratio / (1.0 - ratio);
            if ratio < 1.0 && tail <= LEFT_OFF * sum {
                left_off += tail;
                break;
            }
            k += 1.0;
            up.push(last * ratio);
            sum += last * ratio;
        }
        let mut down = Vec::new();
        let (mut last, mut k) = (1.0, mode);
        while k > 0.0 {
            let ratio = k / mean;
            let tail = last * ratio / (1.0 - ratio);
            if ratio < 1.0 && tail <= LEFT_OFF * sum {
                left_off += tail;
                break;
            }
            k -= 1.0;
            last *= ratio;
            down.push(last);
            sum += last;
        }
        let left = mode as usize - down.len();
        // Small to large, so that the sum has its last digit.
        let smallest_first = |list: &[f64]| list.iter().rev().sum::<f64>();
        let sum = smallest_first(&down) + smallest_first(&up);
        let weights = down.iter().rev().chain(&up).map(|weight| weight / sum).collect();
        Window { left, weights, left_off: left_off / sum }
    }

    /// One past the last number that counts.
    pub fn end(&self) -> usize {
        self.left + self.weights.len()
    }

    /// Probabilities of more than `left`, more than `left + 1`, …; below `left` it is 1.
    pub fn tails(&self) -> Vec<f64> {
        let mut tails = vec![0.0; self.weights.len()];
        for i in (1..self.weights.len()).rev() {
            tails[i - 1] = tails[i] + self.weights[i];
        }
        tails
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{Discrete, DiscreteCDF, Poisson};

    #[test]
    fn weights_are_those_of_the_law() {
        for mean in [1e-9, 0.3, 1.0, 17.0, 1234.5] {
            let window = Window::new(mean);
            let law = Poisson::new(mean).unwrap();
            for (i, weight) in window.weights.iter().enumerate() {
                let p = law.pmf((window.left + i) as u64);
                assert!((weight - p).abs() < 1e-11 * p + 1e-18, "{mean} {i}: {weight} {p}");
            }
            let tails = window.tails();
            for i in (0..tails.len()).step_by(7) {
                let p = law.sf((window.left + i) as u64);
                assert!((tails[i] - p).abs() < 1e-10, "{mean} {i}");
            }
            assert!(window.left_off < 1e-15);
        }
    }

    #[test]
    fn no_jumps_are_expected_in_no_time() {
        let window = Window::new(0.0);
        assert_eq!((window.left, window.weights.as_slice()), (0, [1.0].as_slice()));
    }

    #[test]
    fn large_means_keep_their_moments() {
        let window = Window::new(2e4);
        let mean: f64 = window.weights.iter().enumerate().map(|(i, w)| (window.left + i) as f64 * w).sum();
        let sum: f64 = window.weights.iter().sum();
        assert!((mean / 2e4 - 1.0).abs() < 1e-13 && (sum - 1.0).abs() < 1e-13, "{mean} {sum}");
    }
}
