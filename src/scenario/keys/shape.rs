//! What a list of keys is made of: kinds of values, keys, tables and the rules between keys. Declarations only.

/// What may stand after a key.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Text for people.
    Text,
    /// The name of something.
    Name,
    /// A name or a list of names.
    Names,
    /// A list of two names.
    TwoNames,
    /// One of a few words.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Truth,
    /// A whole number.
    Integer,
    /// A calendar date.
    Date,
    /// An expression: text, or a bare number or truth value.
    Expression,
    /// An expression that is a number: text, or a bare number.
    Number,
    /// A list of numbers or expressions.
    Expressions,
    /// `[low, high]`.
    Pair,
    /// A number, an expression, or a parameter in place ([`QUANTITY`](super::QUANTITY)).
    Quantity,
    /// One table with these keys.
    Table(&'static Table),
    /// A table whose keys are names of the author's, each with such a value.
    Named(&'static Kind),
    /// A list of tables with these keys.
    Tables(&'static Table),
    /// A list of numbers or expressions, or one table with these keys.
    Sweep(&'static Table),
}

/// One key of a table.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub name: &'static str,
    pub kind: Kind,
    /// One line for people: meaning and unit.
    pub about: &'static str,
    /// Whether its table means nothing without it. Where files are merged, any of them may give it.
    pub needed: bool,
    /// What holds without it, as it would be written.
    pub default: Option<&'static str>,
    /// What may stand after `=`.
    pub example: Option<&'static str>,
    /// The least and the greatest that a bare number may be.
    pub bounds: Option<(i64, i64)>,
    /// Whether a list, or a table with names of the author's, may not be empty.
    pub filled: bool,
}

impl Key {
    pub(super) const fn needed(mut self) -> Key {
        self.needed = true;
        self
    }

    pub(super) const fn default(mut self, value: &'static str) -> Key {
        self.default = Some(value);
        self
    }

    pub(super) const fn example(mut self, value: &'static str) -> Key {
        self.example = Some(value);
        self
    }

    pub(super) const fn within(mut self, least: i64, greatest: i64) -> Key {
        self.bounds = Some((least, greatest));
        self
    }

    pub(super) const fn filled(mut self) -> Key {
        self.filled = true;
        self
    }
}

/// What the keys of one table have to do with one another.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// Not two of these.
    AtMostOne(&'static [&'static str]),
    /// One of these at least.
    AtLeastOne(&'static [&'static str]),
    /// The first means nothing without one of the others.
    Needs(&'static str, &'static [&'static str]),
}

/// One of the sorts of thing that a table can be, by the word after its `sort` key.
#[derive(Clone, Copy, Debug)]
pub struct Sort {
    pub word: &'static str,
    /// One line for people.
    pub about: &'static str,
    /// The other keys that it must have.
    pub needs: &'static [&'static str],
    /// The other keys that it can have.
    pub may: &'static [&'static str],
}

/// The keys that a kind of table may have.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// What the table is, with its article, as in "a transition".
    pub what: &'static str,
    pub keys: &'static [Key],
    /// What any other key takes; `None` if there may be no others.
    pub others: Option<Kind>,
    /// The key that says what sort of thing this is. Where an extending file gives it, the table is replaced whole,
    /// because the other keys of the old sort would make no sense.
    pub sort: Option<&'static str>,
    pub rules: &'static [Rule],
}

impl Table {
    /// The key of this name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    pub(super) const fn rules(mut self, rules: &'static [Rule]) -> Table {
        self.rules = rules;
        self
    }
}

pub(super) const fn key(name: &'static str, kind: Kind, about: &'static str) -> Key {
    Key { name, kind, about, needed: false, default: None, example: None, bounds: None, filled: false }
}

pub(super) const fn table(what: &'static str, keys: &'static [Key]) -> Table {
    Table { what, keys, others: None, sort: None, rules: &[] }
}
