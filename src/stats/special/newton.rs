//! Newton's method that cannot leave its bracket, for inverting increasing functions.

/// The place in `[low, high]` where an increasing function passes zero; `at` gives its value and slope.
///
/// A step that would leave what is left of the bracket becomes a bisection. Convergence is quadratic, so the last step
/// is taken and trusted once it is shorter than 1e-8 of the unit.
pub(super) fn invert(start: f64, mut low: f64, mut high: f64, at: impl Fn(f64) -> (f64, f64)) -> f64 {
    let mut place = start.clamp(low, high);
    for _ in 0..200 {
        let (value, slope) = at(place);
        if value == 0.0 {
            return place;
        }
        if value > 0.0 {
            high = place
        } else {
            low = place
        }
        let newton = place - value / slope;
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        let step = libm::fabs(next - place);
        place = next;
        if step < 1e-8 && next == newton || step <= 1e-16 * libm::fabs(place) {
            break;
        }
    }
    place
}
