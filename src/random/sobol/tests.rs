use super::*;

const SCALE: f64 = 4_294_967_296.0;

/// The unscrambled point at a place in Gray's order.
fn gray(place: u32, dimensions: usize) -> Vec<f64> {
    (0..dimensions).map(|d| f64::from(digits(d, place ^ (place >> 1))) / SCALE).collect()
}

/// Reference case Q3: the product of 1 + √3 (x − ½) over the dimensions, whose integral is 1.
fn product(point: &[f64]) -> f64 {
    point.iter().map(|x| 1.0 + 0.5 * 12.0_f64.sqrt() * (x - 0.5)).product()
}

/// Reference case Q3, published: scipy's first points in two dimensions, and van der Corput's in base 2.
#[test]
fn published_first_points() {
    let expected = [
        [0.0, 0.0],
        [0.5, 0.5],
        [0.75, 0.25],
        [0.25, 0.75],
        [0.375, 0.375],
        [0.875, 0.875],
        [0.625, 0.125],
        [0.125, 0.625],
    ];
    for (place, expected) in expected.iter().enumerate() {
        assert_eq!(gray(place as u32, 2), expected, "point {place}");
    }
    let corput = [0.0, 0.5, 0.25, 0.75, 0.125, 0.625, 0.375, 0.875, 0.0625, 0.5625];
    for (index, expected) in corput.into_iter().enumerate() {
        assert_eq!(f64::from(digits(0, index as u32)) / SCALE, expected);
    }
}

/// Reference case Q3: scipy 1.17 with new-joe-kuo-6.
#[test]
fn first_points_in_five_dimensions() {
    let expected = [
        [0.0, 0.0, 0.0, 0.0, 0.0],
        [0.5, 0.5, 0.5, 0.5, 0.5],
        [0.75, 0.25, 0.25, 0.25, 0.75],
        [0.25, 0.75, 0.75, 0.75, 0.25],
        [0.375, 0.375, 0.625, 0.875, 0.375],
        [0.875, 0.875, 0.125, 0.375, 0.875],
        [0.625, 0.125, 0.875, 0.625, 0.625],
        [0.125, 0.625, 0.375, 0.125, 0.125],
    ];
    for (place, expected) in expected.iter().enumerate() {
        assert_eq!(gray(place as u32, 5), expected, "point {place}");
    }
    for (n, mean) in [(64, 0.850_890_883_623_445_3), (256, 0.965_258_451_880_865_9), (1024, 0.997_598_797_963_780_3)] {
        let sum: f64 = (0..n).map(|index| product(&gray(index, 5))).sum();
        assert!((sum / f64::from(n) - mean).abs() < 1e-12, "{n} points: {}", sum / f64::from(n));
    }
}

/// Any block of 2ᵐ points has one in each interval of width 2⁻ᵐ, in every dimension, scrambled or not.
#[test]
fn every_projection_is_even() {
    const M: u32 = 7;
    for dimension in [0, 1, 2, 63, 254, 255] {
        let coordinate = Coordinate::new(5, dimension, "resolve");
        for block in 0..3 {
            let mut seen = [[false; 1 << M]; 2];
            for index in (block << M)..((block + 1) << M) {
                let plain = (digits(dimension, index) >> (32 - M)) as usize;
                let scrambled = (coordinate.at(u64::from(index) * REPLICATES + 3) * f64::from(1 << M)) as usize;
                for (seen, cell) in seen.iter_mut().zip([plain, scrambled]) {
                    assert!(!std::mem::replace(&mut seen[cell], true), "dimension {dimension}, cell {cell} twice");
                }
            }
        }
    }
}

/// The table is whole: the first digits of each dimension are odd multiples, so that its directions are independent.
#[test]
fn every_dimension_has_independent_directions() {
    assert_eq!(directions().len(), DIMENSIONS);
    for directions in directions() {
        for (bit, direction) in directions.iter().enumerate() {
            assert_eq!(direction.trailing_zeros() as usize, BITS - 1 - bit);
        }
    }
}

/// One scrambled point alone is uniform: over seeds, its coordinate has the mean, the variance and the cells of one.
#[test]
fn a_scrambled_coordinate_is_uniform() {
    let n = 8192;
    for point in [0, 1, 16, 1000] {
        let drawn: Vec<f64> = (0..n).map(|seed| Coordinate::new(seed, 4, "x").at(point)).collect();
        let mean = drawn.iter().sum::<f64>() / n as f64;
        let variance = drawn.iter().map(|x| (x - 0.5) * (x - 0.5)).sum::<f64>() / n as f64;
        // Standard errors √(1/12n) and √(1/180n).
        assert!((mean - 0.5).abs() < 4.0 * (1.0 / (12.0 * n as f64)).sqrt(), "point {point}: mean {mean}");
        let error = (1.0 / (180.0 * n as f64)).sqrt();
        assert!((variance - 1.0 / 12.0).abs() < 4.0 * error, "point {point}: variance {variance}");
        let mut cells = [0.0_f64; 64];
        drawn.iter().for_each(|x| cells[(x * 64.0) as usize] += 1.0);
        let expected = n as f64 / 64.0;
        let chi2: f64 = cells.iter().map(|c| (c - expected) * (c - expected) / expected).sum();
        assert!((chi2 - 63.0).abs() < 4.0 * 126.0_f64.sqrt(), "point {point}: chi2 {chi2}");
    }
}

/// Over seeds, the mean over 256 scrambled points is right, and errs by far less than that of 256 independent ones.
#[test]
fn scrambled_points_beat_independent_ones() {
    let (seeds, n) = (200_u64, 256_u64);
    let mean_over = |at: &dyn Fn(u64, usize) -> f64| {
        (0..n).map(|point| product(&(0..5).map(|d| at(point, d)).collect::<Vec<_>>())).sum::<f64>() / n as f64
    };
    let (mut quasi, mut pseudo) = (Vec::new(), Vec::new());
    for seed in 0..seeds {
        let coordinates: Vec<Coordinate> = (0..5).map(|d| Coordinate::new(seed, d, &format!("x{d}"))).collect();
        // One replicate alone.
        quasi.push(mean_over(&|point, d| coordinates[d].at(point * REPLICATES)));
        let beyond: Vec<Coordinate> = (0..5).map(|d| Coordinate::new(seed, DIMENSIONS + d, &format!("x{d}"))).collect();
        pseudo.push(mean_over(&|point, d| beyond[d].at(point)));
    }
    let square = |means: &[f64]| means.iter().map(|m| (m - 1.0) * (m - 1.0)).sum::<f64>() / seeds as f64;
    let bias = quasi.iter().sum::<f64>() / seeds as f64 - 1.0;
    assert!(bias.abs() < 4.0 * (square(&quasi) / seeds as f64).sqrt(), "bias {bias}");
    // The variance of one independent point is (1 + 1/4)⁵ − 1.
    let truth = (libm::pow(1.25, 5.0) - 1.0) / n as f64;
    assert!((square(&pseudo) / truth - 1.0).abs() < 0.5, "independent: {} against {truth}", square(&pseudo));
    assert!(square(&quasi) < square(&pseudo) / 20.0, "{} against {}", square(&quasi), square(&pseudo));
}

#[test]
fn a_coordinate_is_a_function_of_seed_name_and_point() {
    let at = |seed, name: &str, point| Coordinate::new(seed, 3, name).at(point);
    assert_eq!(at(1, "a", 77), at(1, "a", 77));
    assert_ne!(at(1, "a", 77), at(2, "a", 77));
    assert_ne!(at(1, "a", 77), at(1, "b", 77));
    insta::assert_debug_snapshot!([0, 1, 16, 12_345].map(|point| at(7, "resolve", point).to_bits()));
}
