"""What one evaluation may spend: steps, lengths of texts and lists, depth of calls.

A budget belongs to one evaluation and is handed along with its scope, so threads never share one.
"""

from __future__ import annotations

from engine.language.errors import FeelBudgetExceeded

#: About one second of work at most.
DEFAULT_STEPS = 300_000
#: Characters in one text.
MAX_TEXT = 1_000_000
#: Entries in one list.
MAX_LIST = 100_000
#: FEEL functions that call each other.
MAX_CALLS = 48
#: Characters that cost one step when a text is read or made.
_CHARACTERS_PER_STEP = 256


class Budget:
    """The steps that are left and the calls that are open."""

    #: Class attributes until something is spent: most evaluations never do.
    steps = DEFAULT_STEPS
    calls = 0

    @classmethod
    def of(cls, steps: int) -> Budget:
        """Return a budget of that many steps."""
        budget = cls()
        budget.steps = steps
        return budget

    def spend(self, steps: int = 1) -> None:
        """Take steps off.

        Raises:
            FeelBudgetExceeded: none are left.
        """
        self.steps -= steps
        if self.steps < 0:
            raise FeelBudgetExceeded("表达式计算量过大，已停止。请缩小循环或列表的范围。")

    def measure(self, value: object) -> None:
        """Charge for reading or making a text or a list, and refuse one that is too long."""
        kind = type(value)
        if kind is str:
            self.text(len(value))  # type: ignore[arg-type]
        elif kind is list:
            self.items(len(value))  # type: ignore[arg-type]

    def text(self, length: int) -> None:
        """Charge for a text of `length` characters."""
        self.limit_text(length)
        self.spend(length // _CHARACTERS_PER_STEP)

    def limit_text(self, length: int) -> None:
        """Refuse a text that is too long."""
        if length > MAX_TEXT:
            raise FeelBudgetExceeded(f"表达式产生的文字过长（超过 {MAX_TEXT} 字），已停止。")

    def items(self, length: int) -> None:
        """Charge for a list of `length` entries."""
        if length > MAX_LIST:
            raise FeelBudgetExceeded(f"表达式产生的列表过长（超过 {MAX_LIST} 项），已停止。")
        self.spend(length)

    def enter(self) -> None:
        """Open a call of a FEEL function."""
        self.spend()
        self.calls += 1
        if self.calls > MAX_CALLS:
            raise FeelBudgetExceeded("函数互相调用的层数过多，已停止。请检查是否有无穷递归。")

    def leave(self) -> None:
        """Close a call."""
        self.calls -= 1
