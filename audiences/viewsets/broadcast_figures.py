"""The figures of a broadcast as a file: a line per text, language and what became of it, nobody in it."""

from django.http import HttpRequest, HttpResponse

from audiences.models import Broadcast
from audiences.selectors.figures import blurred_figures, figures_of
from audiences.viewsets.broadcast_pages import BroadcastPage
from core import audit
from core.spreadsheets import safe_cell

COLUMNS = ["text", "language", "status", "messages"]


def write_figures(broadcast: Broadcast, *, sees_people: bool) -> str:
    """Return the figures as CSV (RFC 4180); small ones are words to who may read figures and not people."""
    figures = figures_of(broadcast) if sees_people else blurred_figures(figures_of(broadcast))
    lines = [
        [line.variant, line.language, status, str(count)]
        for line in figures.lines
        for status, count in sorted(line.counts.items())
    ]
    totals = {
        "bounced": figures.bounced,
        "complained": figures.complained,
        "consent_withdrawn": figures.withdrawn,
        "clicks": figures.clicks,
    }
    lines += [["", "", name, str(count)] for name, count in totals.items()]
    return "".join(",".join(safe_cell(cell) for cell in line) + "\r\n" for line in [COLUMNS, *lines])


class FiguresView(BroadcastPage):
    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        audit.record("audiences.broadcast.figures_exported", by=request.user, target=self.broadcast)
        # The mark tells spreadsheets that it is UTF-8.
        response = HttpResponse(
            "\ufeff" + write_figures(self.broadcast, sees_people=self.may_see_people),
            content_type="text/csv; charset=utf-8",
        )
        response["Content-Disposition"] = f'attachment; filename="broadcast-{self.broadcast.pk}.csv"'
        return response
