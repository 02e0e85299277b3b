"""Staff screens on which a rule about the very row decides, after `core.staff_views` has found it visible."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase

from core.staff_views import ScopedDeleteView, ScopedEditView, ScopedMixin, refuse


class RuledMixin(ScopedMixin):
    """Ask ``object_permission`` with the row before anything of it is shown or done: 403 without."""

    object_permission: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        row = self.visible_rows().filter(pk=kwargs["pk"]).first()
        if row is not None and not request.user.has_perm(self.object_permission, row):
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)


class RuledEditView(RuledMixin, ScopedEditView):
    pass


class RuledDeleteView(RuledMixin, ScopedDeleteView):
    pass
