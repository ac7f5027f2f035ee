//! Many settings of scenarios, each simulated: which points there are, how they are run, and what they add up to.
//!
//! In: a [`Plan`](crate::model::plan::Plan) and the scenarios it is of. Out: a [`Space`](space::Space) of points, each with
//! an address that says all that its runs depend on; for any runs of any points a small, exactly mergeable
//! [`PointTally`](tally::PointTally); and from that, [`Estimate`](estimates::Estimate)s. All points share their luck: the address of a run does not contain
//! the point. Knows no files: what was done already is asked of whoever keeps it.

mod bench;
pub mod change;
pub mod contour;
pub mod design;
pub mod effort;
pub mod estimates;
pub mod refine;
pub mod space;
pub mod tally;
pub mod threshold;
pub mod work;
