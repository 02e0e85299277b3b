"""The staff screens of organisations and memberships. Forms validate, actions save."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn

from accounts.actions import memberships as membership_actions
from accounts.actions import organisations as organisation_actions
from accounts.actions.memberships import LastCoordinatorError, MayNotGrantError, MembershipError
from accounts.enums import Role
from accounts.forms import InvitationForm, MembershipForm, OrganisationForm
from accounts.models import Membership, Organisation
from accounts.staff_views import RuledDeleteView, RuledEditView
from core.staff_views import DayColumn, ScopedCreateView, ScopedIndexView, ScopedViewSet
from places.selectors import name_of


def explain(error: MembershipError) -> str:
    """Return the sentence a person reads for a refused membership."""
    if isinstance(error, LastCoordinatorError):
        return gettext(
            "This is the organisation's last coordinator. Make somebody else coordinator first, or nobody could "
            "give roles any more."
        )
    if isinstance(error, MayNotGrantError):
        return gettext("You cannot give or take this role in this organisation.")
    return gettext("This person has that role in that organisation already.")


class OrganisationIndexView(ScopedIndexView):
    def get_base_queryset(self) -> QuerySet[Any]:
        return super().get_base_queryset().annotate(people=Count("memberships__user", distinct=True))


class OrganisationCreateView(ScopedCreateView):
    def save_instance(self) -> Organisation:
        fields = self.form.cleaned_data
        led_by = Organisation.objects.filter(
            memberships__user=self.request.user, memberships__role=Role.COORDINATOR
        ).first()
        return organisation_actions.create_organisation(by=self.request.user, led_by=led_by, **fields)


class OrganisationEditView(RuledEditView):
    object_permission = "accounts.edit_organisation"

    def save_instance(self) -> Organisation:
        return organisation_actions.change_organisation(
            organisation=self.object, by=self.request.user, **self.form.cleaned_data
        )


class OrganisationViewSet(ScopedViewSet):
    model = Organisation
    name = "organisations"
    menu_label = _("Organisations")
    icon = "globe"
    list_display = [
        "name",
        Column("country", label=_("Country"), accessor=lambda row: name_of(row.country) if row.country else ""),
        Column("people", label=_("Members")),
    ]
    ordering = ["name"]
    search_fields = ["name", "slug"]
    index_view_class = OrganisationIndexView
    add_view_class = OrganisationCreateView
    edit_view_class = OrganisationEditView

    def get_form_class(self, for_update: bool = False) -> type[OrganisationForm]:
        return OrganisationForm


class MembershipIndexView(ScopedIndexView):
    def get_base_queryset(self) -> QuerySet[Any]:
        rows = super().get_base_queryset().select_related("user", "organisation", "territory")
        return rows.defer("territory__outline")


class RefusalsInTheForm:
    """Show a refused change above the form, with what was typed kept."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        except MembershipError as error:
            form.add_error(None, explain(error))
            self.produced_error_code, self.produced_error_message = "invalid", explain(error)
            return self.form_invalid(form)  # type: ignore[attr-defined]
        return response


class MembershipCreateView(RefusalsInTheForm, ScopedCreateView):
    def save_instance(self) -> Membership:
        fields = self.form.cleaned_data
        return membership_actions.invite_member(**{**fields, "role": Role(fields["role"])}, by=self.request.user)


class MembershipEditView(RefusalsInTheForm, RuledEditView):
    object_permission = "accounts.take_membership"

    def save_instance(self) -> Membership:
        fields = self.form.cleaned_data
        return membership_actions.change_membership(
            membership=self.object, role=Role(fields["role"]), territory=fields["territory"], by=self.request.user
        )


class MembershipDeleteView(RuledDeleteView):
    object_permission = "accounts.take_membership"

    def form_valid(self, form: Any) -> HttpResponseBase:
        try:
            response: HttpResponseBase = super().form_valid(form)
        except MembershipError as error:
            messages.error(self.request, explain(error))
            return redirect(self.get_success_url())
        return response

    def delete_action(self) -> None:
        membership_actions.revoke_membership(membership=self.object, by=self.request.user)


class MembershipViewSet(ScopedViewSet):
    model = Membership
    name = "memberships"
    icon = "group"
    list_display = [
        TitleColumn("user", label=_("Person"), url_name="memberships:edit"),
        Column("email", label=_("E-mail address"), accessor="user.email"),
        Column("role", label=_("Role"), accessor="get_role_display"),
        "organisation",
        Column("territory", label=_("Territory"), accessor=lambda row: row.territory or _("everywhere")),
        DayColumn("created_at", label=_("Since")),
    ]
    list_filter = ["role"]
    ordering = ["organisation__name", "role", "user__email"]
    search_fields = ["user__email", "user__first_name", "user__last_name", "organisation__name"]
    index_view_class = MembershipIndexView
    add_view_class = MembershipCreateView
    edit_view_class = MembershipEditView
    delete_view_class = MembershipDeleteView

    def get_form_class(self, for_update: bool = False) -> type[MembershipForm]:
        return MembershipForm if for_update else InvitationForm
