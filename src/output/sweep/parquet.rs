//! The rows of a sweep as a Parquet file, for pandas, polars, R and DuckDB.
//!
//! In: rows. Out: bytes to a writer, a group of rows at a time. Words are stored once a group and numbers as they are, without
//! compression, so that the same rows make the same bytes whatever the machine.

use super::results::{PointRows, columns};
use crate::analysis::sweep::effort::Side;
use crate::analysis::sweep::estimates::quantities;
use crate::analysis::sweep::space::Space;
use crate::scenario::study::AS_WRITTEN;
use parquet::basic::{LogicalType, Repetition, Type};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type as Field;
use std::io::{self, Write};
use std::sync::Arc;

/// Rows a group.
const GROUP: usize = 65_536;

/// A Parquet file that is being written.
#[derive(Debug)]
pub(super) struct ParquetRows<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    columns: Vec<Column>,
    words: Words,
    /// Scenario, policy and variant of each case.
    cases: Vec<[Word; 3]>,
    /// Kind, name and unit of each scenario's quantities.
    quantities: Vec<Vec<[Word; 3]>>,
    sides: [Word; 3],
}

/// A word by its place in [`Words`].
type Word = u32;

/// Every word that there is: there are few, and rows share them.
#[derive(Debug, Default)]
struct Words {
    all: Vec<ByteArray>,
    /// Of the group's column that is being written.
    column: Vec<ByteArray>,
}

/// One column of the group at hand. Levels are 1 where there is a value.
#[derive(Debug)]
enum Column {
    Count(Vec<i64>),
    OptionalCount(Vec<i64>, Vec<i16>),
    Number(Vec<f64>),
    OptionalNumber(Vec<f64>, Vec<i16>),
    Word(Vec<Word>),
    OptionalWord(Vec<Word>, Vec<i16>),
}

fn failed(error: ParquetError) -> io::Error {
    io::Error::other(error)
}

impl<W: Write + Send> ParquetRows<W> {
    /// Begins a file with the columns of the space's results.
    pub(super) fn new(out: W, space: &Space) -> io::Result<Self> {
        let columns = kinds(space.axes.len());
        let fields =
            self::columns(space).into_iter().zip(&columns).map(|(name, column)| field(&name, column).map(Arc::new));
        let fields = fields.collect::<Result<Vec<_>, _>>().map_err(failed)?;
        let schema = Field::group_type_builder("results").with_fields(fields).build().map_err(failed)?;
        let created_by = format!("standoff {}", env!("CARGO_PKG_VERSION"));
        let properties = Arc::new(WriterProperties::builder().set_created_by(created_by).build());
        let writer = SerializedFileWriter::new(out, Arc::new(schema), properties).map_err(failed)?;
        let mut words = Words::default();
        let of_case = space.cases.iter().map(|case| {
            let name = &space.scenarios[case.scenario].name;
            let told = [&case.policy, &case.variant].map(|name| name.as_deref().unwrap_or(AS_WRITTEN));
            [name, told[0], told[1]].map(|text| words.of(text))
        });
        let cases = of_case.collect();
        let of_scenario = space.scenarios.iter().map(|scenario| {
            let all = quantities(&scenario.model).into_iter();
            all.map(|quantity| [quantity.kind.name(), &quantity.name, &quantity.unit].map(|text| words.of(text)))
                .collect()
        });
        let quantities = of_scenario.collect();
        let sides = [Side::Above, Side::Below, Side::Undecided].map(|side| words.of(side.name()));
        Ok(ParquetRows { writer, columns, words, cases, quantities, sides })
    }

    /// Adds the rows of a point.
    pub(super) fn point(&mut self, space: &Space, rows: &PointRows<'_>) -> io::Result<()> {
        let at = rows.at;
        let scenario = space.cases[at.point.case].scenario;
        for (place, estimate) in at.estimates.iter().enumerate() {
            let told = self.quantities[scenario][place];
            let mut columns = self.columns.iter_mut();
            let mut put = |cell: Cell| columns.next().expect("every cell of a row has a column").push(cell);
            put(Cell::Count(Some(at.point.number)));
            self.cases[at.point.case].iter().for_each(|&word| put(Cell::Word(word)));
            at.values.iter().for_each(|value| put(Cell::Number(*value)));
            told.into_iter().for_each(|word| put(Cell::Word(word)));
            let numbers = [estimate.value, estimate.low, estimate.high, estimate.standard_error];
            numbers.into_iter().for_each(|number| put(Cell::Number(Some(number))));
            let counts = [estimate.hits, Some(estimate.runs), Some(rows.seed), Some(rows.reference)];
            counts.into_iter().for_each(|count| put(Cell::Count(count)));
            rows.change(place).into_iter().for_each(|change| put(Cell::Number(change)));
            put(Cell::OptionalWord(rows.side(place).map(|side| self.sides[side as usize])));
            if self.columns[0].len() >= GROUP {
                self.flush()?;
            }
        }
        Ok(())
    }

    /// Writes what is left, and the end of the file.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        let mut out = self.writer.into_inner().map_err(failed)?;
        out.flush()
    }

    /// Writes the group at hand.
    fn flush(&mut self) -> io::Result<()> {
        if self.columns[0].len() == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group().map_err(failed)?;
        for column in &mut self.columns {
            column.write(&mut self.words, &mut group).map_err(failed)?;
        }
        group.close().map_err(failed)?;
        Ok(())
    }
}

/// A field of a row.
enum Cell {
    Count(Option<u64>),
    Number(Option<f64>),
    Word(Word),
    OptionalWord(Option<Word>),
}

impl Words {
    fn of(&mut self, text: &str) -> Word {
        let place = self.all.iter().position(|word| word.data() == text.as_bytes()).unwrap_or(self.all.len());
        if place == self.all.len() {
            self.all.push(ByteArray::from(text));
        }
        place as Word
    }

    /// The words of a column, which are few as numbers and large as themselves.
    fn column(&mut self, words: &mut Vec<Word>) -> &mut Vec<ByteArray> {
        self.column.extend(words.drain(..).map(|word| self.all[word as usize].clone()));
        &mut self.column
    }
}

impl Column {
    fn push(&mut self, cell: Cell) {
        match (self, cell) {
            (Column::Count(values), Cell::Count(Some(value))) => values.push(value as i64),
            (Column::Number(values), Cell::Number(Some(value))) => values.push(value),
            (Column::Word(values), Cell::Word(word)) => values.push(word),
            (Column::OptionalCount(values, levels), Cell::Count(value)) => {
                levels.push(i16::from(value.is_some()));
                values.extend(value.map(|value| value as i64));
            }
            (Column::OptionalNumber(values, levels), Cell::Number(value)) => {
                levels.push(i16::from(value.is_some()));
                values.extend(value);
            }
            (Column::OptionalWord(values, levels), Cell::OptionalWord(word)) => {
                levels.push(i16::from(word.is_some()));
                values.extend(word);
            }
            _ => unreachable!("cells are put in the order of the columns"),
        }
    }

    fn len(&self) -> usize {
        match self {
            Column::Count(values) => values.len(),
            Column::Number(values) => values.len(),
            Column::Word(values) => values.len(),
            Column::OptionalCount(_, levels) | Column::OptionalNumber(_, levels) | Column::OptionalWord(_, levels) => {
                levels.len()
            }
        }
    }

    /// Writes the column as the next one of the group, and empties it.
    fn write<W: Write + Send>(
        &mut self,
        words: &mut Words,
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<(), ParquetError> {
        match self {
            Column::Count(values) => store::<Int64Type, W>(group, values, None),
            Column::Number(values) => store::<DoubleType, W>(group, values, None),
            Column::Word(values) => store::<ByteArrayType, W>(group, words.column(values), None),
            Column::OptionalCount(values, levels) => store::<Int64Type, W>(group, values, Some(levels)),
            Column::OptionalNumber(values, levels) => store::<DoubleType, W>(group, values, Some(levels)),
            Column::OptionalWord(values, levels) => {
                store::<ByteArrayType, W>(group, words.column(values), Some(levels))
            }
        }
    }
}

fn store<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &mut Vec<T::T>,
    levels: Option<&mut Vec<i16>>,
) -> Result<(), ParquetError> {
    let mut column = group.next_column()?.expect("the group has a place for each column");
    column.typed::<T>().write_batch(values, levels.as_ref().map(|levels| levels.as_slice()), None)?;
    values.clear();
    if let Some(levels) = levels {
        levels.clear();
    }
    column.close()
}

/// Empty columns: those before the varied inputs, these, and those behind.
fn kinds(axes: usize) -> Vec<Column> {
    let (count, number, word) =
        (|| Column::Count(Vec::new()), || Column::Number(Vec::new()), || Column::Word(Vec::new()));
    let mut kinds = vec![count(), word(), word(), word()];
    kinds.extend((0..axes).map(|_| Column::OptionalNumber(Vec::new(), Vec::new())));
    kinds.extend([word(), word(), word(), number(), number(), number(), number()]);
    kinds.extend([Column::OptionalCount(Vec::new(), Vec::new()), count(), count(), count()]);
    kinds.extend((0..3).map(|_| Column::OptionalNumber(Vec::new(), Vec::new())));
    kinds.push(Column::OptionalWord(Vec::new(), Vec::new()));
    kinds
}

fn field(name: &str, column: &Column) -> Result<Field, ParquetError> {
    let unsigned = Some(LogicalType::integer(64, false));
    let (physical, logical, repetition) = match column {
        Column::Count(_) => (Type::INT64, unsigned, Repetition::REQUIRED),
        Column::OptionalCount(..) => (Type::INT64, unsigned, Repetition::OPTIONAL),
        Column::Number(_) => (Type::DOUBLE, None, Repetition::REQUIRED),
        Column::OptionalNumber(..) => (Type::DOUBLE, None, Repetition::OPTIONAL),
        Column::Word(_) => (Type::BYTE_ARRAY, Some(LogicalType::String), Repetition::REQUIRED),
        Column::OptionalWord(..) => (Type::BYTE_ARRAY, Some(LogicalType::String), Repetition::OPTIONAL),
    };
    Field::primitive_type_builder(name, physical).with_logical_type(logical).with_repetition(repetition).build()
}
