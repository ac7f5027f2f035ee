"""Expressions of scenario files as trees that are folded as they are built, and what they read.

A tree is a tuple: ("num", x), ("bool", b), ("var", name), ("ln", name) for the logarithm of a variable that is kept as one,
("val", machine, value), ("in", machine, state), ("count", ((machine, state), ...)), ("time",), ("year",), ("col", name) and
("cell", name) for what is looked up, or an operator and its operands. Parameters are numbers by the time they get here.
"""

import math
import re

UNITS = {"day": 1 / 7, "week": 1.0, "month": 365.25 / 12 / 7, "year": 365.25 / 7}
TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(<=|>=|==|!=|[-+*/^()<>,.%]))")
COMPARISONS = {"<": lambda x, y: x < y, "<=": lambda x, y: x <= y, ">": lambda x, y: x > y, ">=": lambda x, y: x >= y,
               "==": lambda x, y: x == y, "!=": lambda x, y: x != y}
FUNCTIONS = {"exp": math.exp, "log": math.log, "sqrt": math.sqrt, "abs": abs, "cos": math.cos, "floor": math.floor}
LEAVES = {"num", "bool", "var", "ln", "val", "in", "count", "time", "year", "col", "cell", "table"}


def num(x):
    return ("num", float(x))


ZERO, ONE = num(0), num(1)


def is_num(e):
    return e[0] == "num"


def operands(e):
    return () if e[0] in LEAVES else e[2:] if e[0] in ("fn", "cmp") else e[1:]


def rebuild(e, parts):
    """The same operation on other operands, folded."""
    head = e[0]
    if head == "fn":
        return function(e[1], *parts)
    if head == "cmp":
        return compare(e[1], *parts)
    return {"+": add, "*": multiply, "/": divide, "^": power, "min": least, "max": greatest, "if": choice, "and": both,
            "or": either, "not": negation}[head](*parts)


def replace(e, change):
    """The tree with `change(node)` in place of each node for which it gives one, from the outside in."""
    instead = change(e)
    if instead is not None:
        return instead
    parts = operands(e)
    return rebuild(e, [replace(part, change) for part in parts]) if parts else e


def add(x, y):
    if is_num(x) and is_num(y):
        return num(x[1] + y[1])
    if x == ZERO or y == ZERO:
        return y if x == ZERO else x
    return ("+", x, y)


def multiply(x, y):
    if is_num(y):
        x, y = y, x
    if is_num(x):
        if is_num(y):
            return num(x[1] * y[1])
        if x[1] in (0.0, 1.0):
            return y if x[1] else ZERO
        if y[0] == "*" and is_num(y[1]):
            return multiply(num(x[1] * y[1][1]), y[2])
    # Numbers to the front, where they meet: (2·x)·y is 2·(x·y).
    elif x[0] == "*" and is_num(x[1]):
        return multiply(x[1], multiply(x[2], y))
    elif y[0] == "*" and is_num(y[1]):
        return multiply(y[1], multiply(x, y[2]))
    return ("*", x, y)


def divide(x, y):
    return multiply(num(1 / y[1]), x) if is_num(y) else ("/", x, y)


def negate(x):
    return multiply(num(-1), x)


def power(x, y):
    if is_num(x) and is_num(y):
        return num(x[1] ** y[1])
    return ONE if y == ZERO else x if y == ONE else ("^", x, y)


def least(x, y):
    return num(min(x[1], y[1])) if is_num(x) and is_num(y) else ("min", x, y)


def greatest(x, y):
    return num(max(x[1], y[1])) if is_num(x) and is_num(y) else ("max", x, y)


def function(name, x):
    return num(FUNCTIONS[name](x[1])) if is_num(x) else ("fn", name, x)


def compare(name, x, y):
    return ("bool", COMPARISONS[name](x[1], y[1])) if is_num(x) and is_num(y) else ("cmp", name, x, y)


def choice(c, x, y):
    if c[0] == "bool":
        return x if c[1] else y
    return x if x == y else ("if", c, x, y)


def both(x, y):
    for this, other in ((x, y), (y, x)):
        if this[0] == "bool":
            return other if this[1] else this
    return ("and", x, y)


def either(x, y):
    for this, other in ((x, y), (y, x)):
        if this[0] == "bool":
            return this if this[1] else other
    return ("or", x, y)


def negation(x):
    return ("bool", not x[1]) if x[0] == "bool" else ("not", x)


def reads(e):
    """What can change it: ("var", name), ("machine", name), ("time",)."""
    head = e[0]
    if head in ("var", "ln"):
        return {("var", e[1])}
    if head in ("val", "in"):
        return {("machine", e[1])}
    if head == "count":
        return {("machine", machine) for machine, _ in e[1]}
    if head in ("time", "year"):
        return {("time",)}
    return set().union(*map(reads, operands(e)))


class Parser:
    """Reads the text of one expression; `names` gives the tree of a bare name, `model` what machines have."""

    def __init__(self, text, names, model):
        self.names, self.model, self.at = names, model, 0
        self.tokens, end = [], 0
        text = text.strip()
        while end < len(text):
            match = TOKEN.match(text, end)
            if not match:
                raise ValueError(f"cannot read `{text}` from {end}")
            self.tokens.append(match.groups())
            end = match.end()

    def peek(self):
        return next((word for word in self.tokens[self.at] if word), None) if self.at < len(self.tokens) else None

    def take(self, word=None):
        found = self.peek()
        if word is not None and found != word:
            raise ValueError(f"`{word}` expected, `{found}` found")
        self.at += 1
        return found

    def all(self):
        tree = self.disjunction()
        if self.peek() is not None:
            raise ValueError(f"`{self.peek()}` is left over")
        return tree

    def chain(self, part, words):
        tree = part()
        while self.peek() in words:
            tree = words[self.take()](tree, part())
        return tree

    def disjunction(self):
        return self.chain(self.conjunction, {"or": either})

    def conjunction(self):
        return self.chain(self.inversion, {"and": both})

    def inversion(self):
        if self.peek() == "not":
            self.take()
            return negation(self.inversion())
        x = self.sum()
        if self.peek() in COMPARISONS:
            return compare(self.take(), x, self.sum())
        return x

    def sum(self):
        return self.chain(self.product, {"+": add, "-": lambda x, y: add(x, negate(y))})

    def product(self):
        return self.chain(self.sign, {"*": multiply, "/": divide})

    def sign(self):
        if self.peek() == "-":
            self.take()
            return negate(self.sign())
        x = self.atom()
        if self.peek() == "^":
            self.take()
            return power(x, self.sign())
        return x

    def arguments(self):
        self.take("(")
        found = [self.disjunction()]
        while self.peek() == ",":
            self.take()
            found.append(self.disjunction())
        self.take(")")
        return found

    def atom(self):
        number, name, _ = self.tokens[self.at] if self.at < len(self.tokens) else (None, None, None)
        if number:
            self.take()
            value = float(number)
            if self.peek() == "%":
                self.take()
                return num(value / 100)
            unit = (self.peek() or "").removesuffix("s")
            if unit in UNITS:
                self.take()
                return num(value * UNITS[unit])
            return num(value)
        if not name:
            self.take("(")
            tree = self.disjunction()
            self.take(")")
            return tree
        self.take()
        if self.peek() == ".":
            self.take()
            return self.model.member(name, self.take())
        if self.peek() != "(":
            return self.names(name)
        if name == "count":
            self.take("(")
            template, _, state = self.take(), self.take("."), self.take()
            self.take(")")
            return ("count", tuple((machine, state) for machine in self.model.made_from(template)))
        found = self.arguments()
        if name == "clamp":
            return least(greatest(found[0], found[1]), found[2])
        if name in ("min", "max"):
            tree = found[0]
            for other in found[1:]:
                tree = (least if name == "min" else greatest)(tree, other)
            return tree
        if name == "if":
            return choice(*found)
        return function({"ln": "log"}.get(name, name), *found)
