//! stub
use crate::analysis::Findings;
#[derive(Debug)] pub struct ChartError;
impl std::fmt::Display for ChartError { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "chart") } }
pub fn all(_: &Findings) -> Result<Vec<(String, Vec<u8>)>, ChartError> { Ok(vec![]) }
pub fn comparison(_: &[Findings]) -> Result<Vec<u8>, ChartError> { Ok(vec![]) }
pub fn outcome_bars(_: &Findings) -> Result<Vec<u8>, ChartError> { Ok(vec![]) }
