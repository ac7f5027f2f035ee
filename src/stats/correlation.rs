//! Correlation matrices: whether one is valid, the nearest that is, and its square root.
//!
//! In: a symmetric matrix with ones on its diagonal, as rows. Out: its eigenvalues, the nearest correlation matrix in the
//! sense of Frobenius, or its Cholesky factor; and what a rank correlation is between normal variables. Matrices are as
//! large as there are correlated parameters, a few dozen: Jacobi's rotations do, to full precision and to the same bits
//! everywhere, where a library of linear algebra would be the largest of all dependencies.

use core::f64::consts::{FRAC_PI_6, PI};

/// A square matrix, row by row.
pub type Matrix = Vec<Vec<f64>>;

/// Eigenvalues below this share of the dimension count as 0.
const NOTHING: f64 = 1e-10;

/// The correlation of two normal variables whose rank (Spearman) correlation is `rank`, in −1 … 1: 2 sin(π rank / 6)
/// (K. Pearson, "On further methods of determining correlation", 1907).
pub fn normal_from_rank(rank: f64) -> f64 {
    2.0 * libm::sin(PI * rank / 6.0)
}

/// The rank correlation of two normal variables whose correlation is `normal`, in −1 … 1.
pub fn rank_from_normal(normal: f64) -> f64 {
    libm::asin(0.5 * normal) / FRAC_PI_6
}

/// Eigenvalues of a symmetric matrix, and its eigenvectors as the columns of a matrix, in no order.
///
/// Cyclic Jacobi rotations (Golub and Van Loan, "Matrix computations", 8.5), until nothing is left off the diagonal.
pub fn eigen(matrix: &Matrix) -> (Vec<f64>, Matrix) {
    let n = matrix.len();
    let mut a = matrix.clone();
    let mut vectors = identity(n);
    for _ in 0..60 {
        let off: f64 = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| a[i][j] * a[i][j]).sum();
        if off < 1e-30 {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut a, &mut vectors, p, q);
            }
        }
    }
    ((0..n).map(|i| a[i][i]).collect(), vectors)
}

/// One rotation, which makes the entry (p, q) zero.
fn rotate(a: &mut Matrix, vectors: &mut Matrix, p: usize, q: usize) {
    if a[p][q] == 0.0 {
        return;
    }
    let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let c = 1.0 / (t * t + 1.0).sqrt();
    let s = t * c;
    for row in a.iter_mut() {
        (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
    }
    let (upper, lower) = a.split_at_mut(q);
    for (x, y) in upper[p].iter_mut().zip(&mut lower[0]) {
        (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
    }
    for row in vectors.iter_mut() {
        (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
    }
}

/// Whether variables can be correlated so: no eigenvalue is negative beyond rounding.
pub fn is_valid(matrix: &Matrix) -> bool {
    let least = -NOTHING * matrix.len() as f64;
    eigen(matrix).0.into_iter().all(|value| value >= least)
}

/// The nearest matrix with ones on its diagonal and no negative eigenvalue.
///
/// Alternating projections with Dykstra's correction (Higham, "Computing the nearest correlation matrix", IMA J. Numer.
/// Anal. 22 (2002), algorithm 3.3).
pub fn nearest(matrix: &Matrix) -> Matrix {
    let n = matrix.len();
    let (mut y, mut correction) = (matrix.clone(), vec![vec![0.0; n]; n]);
    for _ in 0..2000 {
        let r = each(&y, &correction, |y, correction| y - correction);
        let x = without_negative(&r);
        correction = each(&x, &r, |x, r| x - r);
        let mut next = x;
        (0..n).for_each(|i| next[i][i] = 1.0);
        let moved = each(&next, &y, |a, b| (a - b).abs()).into_iter().flatten().fold(0.0, f64::max);
        y = next;
        if moved < 1e-12 {
            break;
        }
    }
    // Ones on the diagonal are exact, the eigenvalues within rounding: the factor asks for no more.
    let shrink = (-eigen(&y).0.into_iter().fold(0.0, f64::min)).max(0.0);
    for (i, row) in y.iter_mut().enumerate() {
        for (j, value) in row.iter_mut().enumerate() {
            if i != j {
                *value /= 1.0 + shrink;
            }
        }
    }
    y
}

/// The projection on the matrices without a negative eigenvalue.
fn without_negative(matrix: &Matrix) -> Matrix {
    let n = matrix.len();
    let (values, vectors) = eigen(matrix);
    let entry = |i: usize, j: usize| (0..n).map(|k| values[k].max(0.0) * vectors[i][k] * vectors[j][k]).sum::<f64>();
    (0..n).map(|i| (0..n).map(|j| entry(i.max(j), i.min(j))).collect()).collect()
}

/// The lower triangle L with L Lᵀ the matrix, also of one whose variables determine one another; `None` if it is not
/// valid.
pub fn cholesky(matrix: &Matrix) -> Option<Matrix> {
    let n = matrix.len();
    let mut lower = vec![vec![0.0; n]; n];
    for j in 0..n {
        let pivot = matrix[j][j] - (0..j).map(|k| lower[j][k] * lower[j][k]).sum::<f64>();
        if pivot < -1e-7 {
            return None;
        }
        let root = pivot.max(0.0).sqrt();
        lower[j][j] = root;
        for i in j + 1..n {
            let rest = matrix[i][j] - (0..j).map(|k| lower[i][k] * lower[j][k]).sum::<f64>();
            // Where nothing is left to vary, nothing can be left to share.
            if root <= 1e-7 && rest.abs() > 1e-4 {
                return None;
            }
            lower[i][j] = if root > 1e-7 { rest / root } else { 0.0 };
        }
    }
    Some(lower)
}

/// Ones on the diagonal.
pub fn identity(n: usize) -> Matrix {
    (0..n).map(|i| (0..n).map(|j| if i == j { 1.0 } else { 0.0 }).collect()).collect()
}

fn each(a: &Matrix, b: &Matrix, f: impl Fn(f64, f64) -> f64) -> Matrix {
    a.iter().zip(b).map(|(a, b)| a.iter().zip(b).map(|(a, b)| f(*a, *b)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn worst(a: &Matrix, b: &Matrix) -> f64 {
        each(a, b, |a, b| (a - b).abs()).into_iter().flatten().fold(0.0, f64::max)
    }

    fn product(l: &Matrix) -> Matrix {
        let n = l.len();
        (0..n).map(|i| (0..n).map(|j| (0..n).map(|k| l[i][k] * l[j][k]).sum()).collect()).collect()
    }

    #[test]
    fn ranks_and_normals_belong_together() {
        for rank in [-1.0, -0.3, 0.0, 0.5, 1.0] {
            assert!((rank_from_normal(normal_from_rank(rank)) - rank).abs() < 1e-14);
        }
        assert!((normal_from_rank(1.0) - 1.0).abs() < 1e-15);
        assert!((normal_from_rank(0.5) - 0.517_638_090_205_041_5).abs() < 1e-15, "2 sin 15°");
    }

    /// Higham 2002, section 4: the matrix with ones on three diagonals, its nearest to the digits printed there.
    #[test]
    fn published_nearest_matrix() {
        let matrix = vec![vec![1.0, 1.0, 0.0], vec![1.0, 1.0, 1.0], vec![0.0, 1.0, 1.0]];
        let expected = vec![vec![1.0, 0.7607, 0.1573], vec![0.7607, 1.0, 0.7607], vec![0.1573, 0.7607, 1.0]];
        assert!(!is_valid(&matrix) && cholesky(&matrix).is_none());
        let found = nearest(&matrix);
        assert!(worst(&found, &expected) < 5e-5, "{found:?}");
        assert!(is_valid(&found) && cholesky(&found).is_some());
    }

    #[test]
    fn variables_that_determine_one_another() {
        for sign in [1.0, -1.0] {
            let matrix = vec![vec![1.0, sign, 0.4], vec![sign, 1.0, 0.4 * sign], vec![0.4, 0.4 * sign, 1.0]];
            assert!(is_valid(&matrix));
            assert!(worst(&product(&cholesky(&matrix).unwrap()), &matrix) < 1e-12);
        }
    }

    #[test]
    fn eigenvalues_of_equal_correlation() {
        // 1 + 3r once and 1 − r three times.
        let matrix: Matrix = (0..4).map(|i| (0..4).map(|j| if i == j { 1.0 } else { 0.3 }).collect()).collect();
        let (mut values, _) = eigen(&matrix);
        values.sort_by(f64::total_cmp);
        for (found, expected) in values.iter().zip([0.7, 0.7, 0.7, 1.9]) {
            assert!((found - expected).abs() < 1e-13, "{values:?}");
        }
    }

    proptest! {
        #[test]
        fn the_nearest_is_valid_and_a_valid_one_is_its_own(entries in proptest::collection::vec(-1.0..1.0_f64, 10)) {
            let entry = |i: usize, j: usize| if i == j { 1.0 } else { entries[i.max(j) * (i.max(j) - 1) / 2 + i.min(j)] };
            let matrix: Matrix = (0..5).map(|i| (0..5).map(|j| entry(i, j)).collect()).collect();
            let found = nearest(&matrix);
            prop_assert!(is_valid(&found));
            prop_assert!(worst(&nearest(&found), &found) < 1e-6);
            let factor = cholesky(&found).unwrap();
            prop_assert!(worst(&product(&factor), &found) < 1e-5, "{}", worst(&product(&factor), &found));
            if is_valid(&matrix) {
                prop_assert!(worst(&matrix, &found) < 1e-9);
            }
        }
    }
}
