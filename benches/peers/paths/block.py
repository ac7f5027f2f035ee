"""Writes expressions as code, in which what is computed twice is computed once.

A language gives the words: how a leaf is read, how an operation is spelt, how a name is given to a number.
"""

import expression as ex


class Block:
    """Lines of one straight piece of code. Numbers that were named in it stay known, in pieces begun from it as well."""

    def __init__(self, language, indent, known=None):
        self.language, self.indent = language, indent
        self.known = dict(known or {})
        self.lines, self.uses = [], {}
        self.first = len(self.known)

    def within(self, indent):
        return Block(self.language, indent, self.known)

    def expect(self, trees):
        """Counts how often each part will be asked for; call this before `code`, with all trees of the piece."""
        seen = set()

        def note(e):
            self.uses[e] = self.uses.get(e, 0) + 1
            if e not in seen:
                seen.add(e)
                for part in ex.operands(e):
                    note(part)

        for tree in trees:
            note(tree)

    def code(self, e):
        """The text of the expression; parts that are used more than once are named in lines before."""
        if e in self.known:
            return self.known[e]
        if e[0] in ex.LEAVES and not self.language.names_leaf(e):
            return self.language.leaf(e)
        parts = [self.code(part) for part in ex.operands(e)]
        text = self.language.leaf(e) if e[0] in ex.LEAVES else self.language.spell(e, parts)
        if self.uses.get(e, 0) < 2:
            return text
        self.known[e] = f"x{len(self.known)}"
        self.line(self.language.define(self.known[e], text))
        return self.known[e]

    def line(self, text):
        self.lines.append("    " * self.indent + text)


def signed(e, parts):
    """For a sum: its operator and operands, with a difference where the second is negative."""
    y, (left, right) = e[2], parts
    if ex.is_num(y) and y[1] < 0:
        return left, "-", repr(-y[1])
    if y[0] == "*" and y[1] == ex.num(-1) and right.startswith("(-"):
        return left, "-", right[2:-1]
    return left, "+", right
