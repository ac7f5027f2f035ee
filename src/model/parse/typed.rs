//! A parsed tree, of either type, with its extent.
//!
//! In: trees from the parser. Out: what they stand for, and how large they are, so that the parser can refuse what would
//! be too large once its formulas are written out.

use crate::model::Meaning;
use crate::model::expression::{Condition, Expression, Operator};

/// A parsed tree with its extent.
#[derive(Clone, Debug)]
pub struct Typed {
    pub(super) tree: Tree,
    pub(super) size: usize,
    pub(super) depth: usize,
    /// Numbers that wait while it is evaluated.
    pub(super) stack: usize,
}

/// What was understood.
#[derive(Clone, Debug)]
pub(super) enum Tree {
    Number(Expression),
    Truth(Condition),
    /// Already reported.
    Broken,
}

impl Typed {
    pub(super) fn leaf(tree: Tree) -> Self {
        Typed { tree, size: 1, depth: 1, stack: 1 }
    }

    /// A product of a number that is known by a name, such as a parameter in place, and what it is multiplied with.
    pub fn product(factor: Expression, times: Typed) -> Self {
        let tree = match times.tree {
            Tree::Number(times) => Tree::Number(Expression::binary(Operator::Multiply, factor, times)),
            _ => Tree::Broken,
        };
        Typed { tree, size: times.size + 2, depth: times.depth + 1, stack: times.stack + 1 }
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<&Expression> {
        match &self.tree {
            Tree::Number(expression) => Some(expression),
            _ => None,
        }
    }

    /// What it stands for; `None` after a mistake.
    pub fn meaning(&self) -> Option<Meaning> {
        match &self.tree {
            Tree::Number(expression) => Some(Meaning::Number(expression.clone())),
            Tree::Truth(condition) => Some(Meaning::Truth(condition.clone())),
            Tree::Broken => None,
        }
    }
}
