"""One measured figure beside its target."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """``is_met`` is None where there is no target; ``skipped`` says why nothing was measured."""

    database: str
    work: str
    measured: str
    target: str = ""
    is_met: bool | None = None
    detail: str = ""

    @property
    def mark(self) -> str:
        return {None: "", True: "✓", False: "✗"}[self.is_met]
