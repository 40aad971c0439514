"""A field's key keeps its type for ever: what a new version of a form may not do to answers that are there."""

from collections.abc import Iterable, Iterator

from duijie.domain.forms.reading import WITHOUT_ANSWER
from duijie.domain.forms.values import Field, FieldType, Form


def clashes(new: Form, earlier: Iterable[Form]) -> list[str]:
    """One sentence per field of ``new`` whose key had another type in ``earlier``, with what to do about it.

    ``earlier`` are the versions that somebody has filled in, in any order. A choice and choices are two types, so
    are two custom ones; a question inside a repeat is another than one of the same key outside. A key that was only
    ever a note or attachments left no answers behind and is free.
    """
    versions = list(earlier)
    used = {path: field for version in versions for path, field in version.paths()}
    problems = []
    for path, field in new.paths():
        before = {_kind(old): old for old in _uses(versions, path)}
        before.pop(_kind(field), None)
        if before:
            was = " and ".join(sorted(before))
            free = _free(path, {*used, *(p for p, _ in new.paths())})
            problems.append(
                f"form {new.key!r}: field {path!r} was {was} in submissions that are there and is now {_kind(field)}; "
                f"a key never changes its type. Give the new question a key of its own, such as {free!r}"
            )
    return problems


def _uses(versions: list[Form], path: str) -> Iterator[Field]:
    for version in versions:
        yield from (f for at, f in version.paths() if at == path and f.type not in WITHOUT_ANSWER)


def _kind(field: Field) -> str:
    return f"custom ({field.custom})" if field.type is FieldType.CUSTOM else field.type.value


def _free(path: str, taken: set[str]) -> str:
    number = 2
    while f"{path}_{number}" in taken:
        number += 1
    return f"{path}_{number}".rpartition(".")[2]
