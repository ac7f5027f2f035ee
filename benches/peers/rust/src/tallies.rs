//! What one would count by hand of runs at points of time: in which state machines are, moments and quantiles of numbers.
//!
//! Less than Standoff keeps: plain sums and not exact ones, and no peaks, time averages and times of arrival.

/// Moments of a number, and its counts in bins, 256 to each doubling, that are read off the bits of the double.
#[derive(Clone, Debug, Default)]
struct Spread {
    sum: f64,
    squares: f64,
    zeros: u32,
    positive: Bins,
    negative: Bins,
}

#[derive(Clone, Debug, Default)]
struct Bins {
    first: usize,
    counts: Vec<u32>,
}

impl Bins {
    #[inline(always)]
    fn add(&mut self, magnitude: u64) {
        let bin = (magnitude >> 44) as usize;
        match self.counts.get_mut(bin.wrapping_sub(self.first)) {
            Some(count) => *count += 1,
            None => self.grow(bin),
        }
    }

    /// Makes room for a bin, a doubling to either side, and counts in it.
    #[cold]
    fn grow(&mut self, bin: usize) {
        if self.counts.is_empty() {
            self.first = bin;
        }
        let (low, high) = (self.first.min(bin & !255), (self.first + self.counts.len()).max((bin | 255) + 1));
        let mut wider = vec![0; high - low];
        wider[self.first - low..][..self.counts.len()].copy_from_slice(&self.counts);
        wider[bin - low] += 1;
        *self = Bins { first: low, counts: wider };
    }
}

impl Spread {
    #[inline(always)]
    fn add(&mut self, value: f64) {
        self.sum += value;
        self.squares += value * value;
        if value > 0.0 {
            self.positive.add(value.to_bits());
        } else if value < 0.0 {
            self.negative.add((-value).to_bits());
        } else {
            self.zeros += 1;
        }
    }
}

/// Counts at each point of time.
#[derive(Clone, Debug)]
pub struct Tallies {
    /// By point and machine, the states one after the other.
    states: Vec<u64>,
    /// Where the states of each machine begin.
    first: Vec<usize>,
    all_states: usize,
    /// By point: variables, then consequences, of runs that still go on.
    numbers: Vec<Spread>,
    width: usize,
    /// By point: consequences of the runs that have ended before it and after the last; they count at all later points too.
    ended: Vec<Spread>,
    consequences: usize,
}

impl Tallies {
    /// Of so many points, machines with so many states, variables and consequences.
    pub fn new((points, machines, variables, consequences): (usize, &[usize], usize, usize)) -> Self {
        let mut first = Vec::new();
        let mut all_states = 0;
        for states in machines {
            first.push(all_states);
            all_states += states;
        }
        let width = variables + consequences;
        Tallies {
            states: vec![0; points * all_states],
            first,
            all_states,
            numbers: vec![Spread::default(); points * width],
            width,
            ended: vec![Spread::default(); (points + 1) * consequences],
            consequences,
        }
    }

    #[inline(always)]
    pub fn count(&mut self, point: usize, states: &[usize], variables: &[f64], totals: &[f64]) {
        let counts = &mut self.states[point * self.all_states..][..self.all_states];
        for (first, state) in self.first.iter().zip(states) {
            counts[first + state] += 1;
        }
        let spreads = &mut self.numbers[point * self.width..][..self.width];
        for (spread, &value) in spreads.iter_mut().zip(variables.iter().chain(totals)) {
            spread.add(value);
        }
    }

    pub fn count_ended(&mut self, point: usize, totals: &[f64]) {
        let spreads = &mut self.ended[point * self.consequences..][..self.consequences];
        spreads.iter_mut().zip(totals).for_each(|(spread, &total)| spread.add(total));
    }

    /// A few words, so that nothing of it is left out as unused.
    pub fn digest(&self) -> String {
        let spreads = self.numbers.iter().chain(&self.ended);
        let (sum, squares) = spreads.clone().fold((0.0, 0.0), |(a, b), spread| (a + spread.sum, b + spread.squares));
        let bins: usize = spreads.map(|spread| spread.positive.counts.len() + spread.negative.counts.len()).sum();
        format!("{} counts of states, {bins} bins, sums {sum:e} and {squares:e}", self.states.iter().sum::<u64>())
    }
}
