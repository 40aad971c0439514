"""The problem of the literature by SAT: everything is placed, only breaks count.

``rules`` (does it suit), ``formula`` and ``encoding`` (the clauses), ``alone`` (what each party needs at least),
``cores`` (the search from below), ``worker`` and ``race`` (several at once, each in a process of its own).
"""
