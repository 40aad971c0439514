"""The verbs: one function, one use case, inside one unit of work that the caller opens."""
