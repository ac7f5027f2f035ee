//! Numbers that wait to be counted: rows of them, one number a column.
//!
//! In: a row for a block of columns, such as the values of all variables at a point of time. Out: when a block is full, the
//! numbers of each of its columns at once. A tally has thousands of sums and sketches, more than a processor's cache holds;
//! fetching one for each number of each run was half of the time of a study. Counting [`DEPTH`] numbers at a time fetches each
//! that many times less often, and lets sums be taken in blocks. Rows are written where the last one was, and turned into columns
//! when they are counted.

/// Rows a block. The blocks of a path of the shipped scenarios then fill about a second-level cache.
const DEPTH: usize = 64;

/// Blocks of columns; without memory of their own until the first row comes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Columns {
    blocks: Vec<Block>,
    values: Vec<f64>,
}

#[derive(Clone, Debug, PartialEq)]
struct Block {
    /// The first of its columns.
    first: usize,
    width: usize,
    filled: usize,
}

impl Columns {
    /// Makes room for blocks of these widths, if there is none; columns are numbered through.
    #[inline]
    pub(super) fn open(&mut self, widths: impl IntoIterator<Item = usize>) {
        if self.blocks.is_empty() {
            let mut columns = 0;
            let block = |width| {
                columns += width;
                Block { first: columns - width, width, filled: 0 }
            };
            self.blocks = widths.into_iter().map(block).collect();
            self.values = vec![0.0; columns * DEPTH];
        }
    }

    /// Lets `write` fill a row of a block; gives whether it is full, and must be [emptied](Columns::empty) before the next row
    /// comes.
    #[inline]
    #[must_use]
    pub(super) fn put(&mut self, block: usize, write: impl FnOnce(&mut [f64])) -> bool {
        let block = &mut self.blocks[block];
        let start = block.first * DEPTH + block.filled * block.width;
        write(&mut self.values[start..start + block.width]);
        block.filled += 1;
        block.filled == DEPTH
    }

    /// Takes the numbers of each column of a block.
    pub(super) fn empty(&mut self, block: usize, count: impl FnMut(usize, &[f64])) {
        self.blocks[block].empty(&self.values, count);
    }

    /// Takes the numbers of each column in which there are any, and the memory away.
    pub(super) fn drain(&mut self, mut count: impl FnMut(usize, &[f64])) {
        let Columns { mut blocks, values } = std::mem::take(self);
        blocks.iter_mut().filter(|block| block.filled > 0).for_each(|block| block.empty(&values, &mut count));
    }
}

impl Block {
    fn empty(&mut self, values: &[f64], mut count: impl FnMut(usize, &[f64])) {
        let rows = &values[self.first * DEPTH..(self.first + self.width) * DEPTH];
        let mut numbers = [0.0; DEPTH];
        for column in 0..self.width {
            let of_column = rows[column..].iter().step_by(self.width);
            numbers.iter_mut().zip(of_column).for_each(|(number, value)| *number = *value);
            count(self.first + column, &numbers[..self.filled]);
        }
        self.filled = 0;
    }
}
