"""What a workbook's author is told: where it is, what is wrong, what to do."""

from dataclasses import dataclass, field

from duijie.domain.text import T


@dataclass(frozen=True, slots=True)
class Note:
    """One remark. ``row`` counts as Excel does, 0 for the whole sheet; ``column`` is the header, or empty."""

    sheet: str
    row: int
    column: str
    message: T

    def __str__(self) -> str:
        return f"{self.place().zh}：{self.message.zh}\n  {self.place().en}: {self.message.en}"

    def place(self) -> T:
        """工作表 survey 第 5 行 relevant 列 / sheet survey, row 5, column relevant."""
        zh, en = f"工作表 {self.sheet}", f"sheet {self.sheet}"
        if self.row:
            zh, en = f"{zh} 第 {self.row} 行", f"{en}, row {self.row}"
        return T(f"{zh} {self.column} 列", en=f"{en}, column {self.column}") if self.column else T(zh, en=en)


@dataclass
class Notes:
    """All remarks: with an error nothing is written, a warning says what was left out or guessed."""

    errors: list[Note] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)

    def error(self, sheet: str, row: int, column: str, zh: str, en: str) -> None:
        """Note what must be mended before anything is written."""
        self.errors.append(Note(sheet, row, column, T(zh, en=en)))

    def warn(self, sheet: str, row: int, column: str, zh: str, en: str) -> None:
        """Note what was left out or guessed."""
        self.warnings.append(Note(sheet, row, column, T(zh, en=en)))
