//! Axes with round ticks: values, probabilities, a study's time.
//!
//! In: the range of what is shown. Out: an [`Axis`]. Draws nothing.

use super::number::{THIN, decimals, grouped, power_of_ten, quantity};

/// An axis: where it begins and ends, and its labelled places, ascending.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) ticks: Vec<f64>,
    /// Distance of two ticks.
    pub(super) step: f64,
    pub(super) words: Words,
}

/// How the ticks of an axis are labelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    Number,
    Percent,
    /// Differences of probabilities, in percentage points.
    Points,
    /// Places are the decimal logarithms of the numbers that they are labelled with.
    Power,
    /// The same of probabilities.
    PercentPower,
}

/// The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below `least`.
fn round_step(least: f64) -> f64 {
    let power = power_of_ten(libm::log10(least).floor());
    let factor = [1.0, 2.0, 2.5, 5.0].into_iter().find(|f| f * power >= least * (1.0 - 1e-9)).unwrap_or(10.0);
    factor * power
}

/// Multiples of the step from the first not below `low` to the last not above `high`.
fn multiples(low: f64, high: f64, step: f64) -> Vec<f64> {
    let (first, last) = ((low / step - 1e-6).ceil(), (high / step + 1e-6).floor());
    (0..=(last - first).clamp(0.0, 60.0) as u32).map(|i| (first + f64::from(i)) * step).collect()
}

/// A range that can be drawn: finite, not empty, of moderate size.
fn drawable(low: f64, high: f64) -> (f64, f64) {
    let [low, high] = [low, high].map(|v| if v.is_finite() { v.clamp(-1e30, 1e30) } else { 0.0 });
    let (low, high) = (low.min(high), low.max(high));
    let size = low.abs().max(high.abs());
    if size < 1e-30 {
        (0.0, 1.0)
    } else if high - low < 1e-9 * size {
        (low - 0.1 * size, high + 0.1 * size)
    } else {
        (low, high)
    }
}

/// An axis of values with about `count` steps. Zero is included when it is not far from the values.
pub(super) fn value_axis(low: f64, high: f64, count: u32) -> Axis {
    let (mut low, mut high) = drawable(low, high);
    if low > 0.0 && low < 0.45 * high {
        low = 0.0;
    } else if high < 0.0 && high > 0.45 * low {
        high = 0.0;
    }
    let step = round_step((high - low) / f64::from(count.max(1)));
    let (low, high) = ((low / step + 1e-6).floor() * step, (high / step - 1e-6).ceil() * step);
    Axis { low, high, ticks: multiples(low, high, step), step, words: Words::Number }
}

/// An axis of probabilities from 0 to a little more than `high`; it never ends above 1.
pub(super) fn probability_axis(high: f64, count: u32) -> Axis {
    let high = if high.is_finite() { high.clamp(1e-6, 1.0) } else { 1.0 };
    let step = round_step(high / f64::from(count.max(1)));
    let end = ((high / step - 1e-6).ceil() * step).min(1.0);
    Axis { low: 0.0, high: end, ticks: multiples(0.0, end, step), step, words: Words::Percent }
}

/// The axis of a study's time, whose ticks fall on the calendar's round numbers of its unit.
pub(super) fn time_axis(horizon: f64, unit: &str, count: u32) -> Axis {
    let high = if horizon.is_finite() && horizon > 0.0 { horizon } else { 1.0 };
    let round: &[f64] = match unit {
        "day" => &[1.0, 2.0, 7.0, 14.0, 28.0],
        "week" => &[1.0, 2.0, 4.0, 13.0, 26.0, 52.0, 104.0, 260.0, 520.0],
        "month" => &[1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 60.0, 120.0],
        _ => &[],
    };
    let least = high / f64::from(count.max(1));
    let step = round
        .iter()
        .copied()
        .find(|step| least >= 0.5 * round[0] && *step >= least * (1.0 - 1e-9))
        .unwrap_or_else(|| round_step(least));
    Axis { low: 0.0, high, ticks: multiples(0.0, high, step), step, words: Words::Number }
}

/// The axis with only as many of its ticks as have `room` points each on an axis `wide`; the first is kept.
pub(super) fn thinned(mut axis: Axis, wide: f64, room: f64) -> Axis {
    let each = wide * axis.step / (axis.high - axis.low);
    let every = (room / each).ceil().max(1.0) as usize;
    axis.ticks = axis.ticks.into_iter().step_by(every).collect();
    axis
}

/// The axis of `n` rows, each 1 high, without ticks.
pub(super) fn row_axis(n: usize) -> Axis {
    Axis { low: 0.0, high: n.max(1) as f64, ticks: Vec::new(), step: 1.0, words: Words::Number }
}

impl Axis {
    /// Label of a tick.
    pub(super) fn label(&self, value: f64) -> String {
        let value = if value.abs() < self.step * 1e-6 { 0.0 } else { value };
        match self.words {
            Words::Number => quantity(value, self.step, self.low.abs().max(self.high.abs())),
            Words::Power => crate::output::format::number(power_of_ten(value)),
            Words::PercentPower => super::exceedance::percent_of_power(value),
            Words::Points => grouped(100.0 * value, decimals(100.0 * self.step)),
            Words::Percent => format!("{}{THIN}%", grouped(100.0 * value, decimals(100.0 * self.step))),
        }
    }

    /// Where a value stands between the ends, from 0 to 1.
    pub(super) fn share(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        assert_eq!(time_axis(104.0, "week", 9).ticks, [0.0, 13.0, 26.0, 39.0, 52.0, 65.0, 78.0, 91.0, 104.0]);
        assert_eq!(time_axis(5.0, "year", 9).step, 1.0);
        assert_eq!(time_axis(0.5, "week", 5).step, 0.1);
        assert_eq!(value_axis(3.0, 37.0, 4).ticks, [0.0, 10.0, 20.0, 30.0, 40.0]);
        assert_eq!(value_axis(9.0, 9.0, 4).low, 8.0);
        assert_eq!(probability_axis(1.0, 5).ticks.last(), Some(&1.0));
        assert_eq!(probability_axis(0.237, 5).high, 0.25);
    }

    #[test]
    fn axes_of_strange_ranges_are_drawable() {
        for (low, high) in [(0.0, 0.0), (f64::MIN, f64::MAX), (1e-300, 2e-300), (5.0, 5.0 + 1e-14), (f64::NAN, 1.0)] {
            let axis = value_axis(low, high, 4);
            assert!(axis.low.is_finite() && axis.high > axis.low && axis.ticks.len() > 1, "{low} {high} {axis:?}");
        }
    }
}
