"""What organisers do on the screens of the field work."""

import csv
import io
import json
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Initiative
from core.models import AuditEntry
from outreach.enums import Outcome
from outreach.models import (
    Area,
    AreaAssignment,
    Barrier,
    CanvassingEffort,
    OutreachContact,
    PaperBatch,
    Revocation,
    ScriptVersion,
)
from tests.factories.fieldwork import (
    generate_contacts,
    make_contact,
    make_effort,
    make_script,
    make_team,
    make_volunteer,
)
from tests.factories.initiatives import make_initiative
from tests.factories.staff import World, browse
from tests.unit.places.test_geometry import box


@pytest.fixture
def ada(ours: World) -> Client:
    return browse(ours.coordinator)


def effort_form(world: World, **changes: Any) -> dict[str, Any]:
    form = {
        "title": "Market", "campaign": world.campaign.pk, "organisation": world.lead.pk, "kind": "stall",
        "outcomes_0": "refused", "outcomes_2": "informed", "languages_0": "ar", "languages_1": "fr", "is_open": "on",
    }  # fmt: skip
    return {**form, **changes}


def errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code in (200, 422), answer
    found: dict[str, list[str]] = answer.context["form"].errors
    return found


def test_effort_keeps_the_order_of_its_buttons_and_is_audited(ours: World, ada: Client) -> None:
    answer = ada.post(reverse("staff_efforts:add"), effort_form(ours))
    assert answer.status_code == 302, errors(answer)
    effort = CanvassingEffort.objects.get()
    assert (effort.outcomes, effort.languages) == (["refused", "informed"], ["ar", "fr"])
    assert AuditEntry.objects.get(action="outreach.canvassing_effort.created").target.endswith(str(effort.pk))
    page = ada.get(reverse("staff_efforts:edit", args=[effort.pk])).content.decode()
    assert '<option value="refused" selected>' in page


def test_effort_refuses_what_does_not_fit(ours: World, theirs: World, ada: Client) -> None:
    url = reverse("staff_efforts:add")
    unpublished = make_script(ours)
    for changes, field in (
        ({"outcomes_1": "refused"}, "outcomes"),
        ({"outcomes_0": "", "outcomes_2": ""}, "outcomes"),
        ({"languages_2": "xx"}, "languages"),
        ({"starts_date": "2026-05-02", "ends_date": "2026-05-01"}, "ends_date"),
        ({"campaign": theirs.campaign.pk}, "campaign"),
        ({"teams": [make_team(theirs, "Strangers").pk]}, "teams"),
        ({"script": unpublished.pk}, "script"),
    ):
        assert field in errors(ada.post(url, effort_form(ours, **changes))), changes
    assert not CanvassingEffort.objects.exists()


def test_barriers_have_names_in_every_language_and_a_new_one_is_added(ada: Client) -> None:
    assert Barrier.objects.count() == 8
    assert all(set(barrier.labels) == {"en", "fr", "nl", "ar"} for barrier in Barrier.objects.all())
    form = {"key": "no_car", "label_en": "no car", "label_fr": "", "position": "90", "is_offered": "on"}
    assert ada.post(reverse("staff_barriers:add"), form).status_code == 302
    barrier = Barrier.objects.get(key="no_car")
    assert barrier.labels == {"en": "no car"}
    form |= {"key": "other_key", "label_fr": "pas de voiture"}
    assert ada.post(reverse("staff_barriers:edit", args=[barrier.pk]), form).status_code == 302
    barrier.refresh_from_db()
    assert (barrier.key, barrier.labels["fr"]) == ("no_car", "pas de voiture")


def script_form(**changes: str) -> dict[str, str]:
    form = {
        "q0-key": "heard", "q0-kind": "choice", "q0-next": "+", "q0-text-en": "Heard?", "q0-text-fr": "Vu ?",
        "q0-o0-key": "yes", "q0-o0-next": "", "q0-o0-text-en": "Yes", "q0-o0-text-fr": "Oui",
        "q0-o1-key": "no", "q0-o1-next": "=", "q0-o1-text-en": "No", "q0-o1-text-fr": "Non",
        "q1-key": "why", "q1-kind": "text", "q1-next": "+", "q1-text-en": "Why?", "q1-text-fr": "Pourquoi ?",
    }  # fmt: skip
    return {**form, **changes}


def test_script_is_previewed_mended_published_once_and_versioned(ours: World, ada: Client) -> None:
    url = reverse("staff_scripts:questions", args=[make_script(ours).pk])
    wrong = ada.post(url, script_form(**{"q1-text-fr": "", "do": "publish"}))
    assert wrong.status_code == 422
    assert "Question 2 has no words in Français." in wrong.content.decode()
    assert "Pourquoi" not in wrong.content.decode()
    assert ">Heard?</textarea>" in wrong.content.decode()
    preview = ada.post(url, script_form(do="preview")).content.decode()
    assert 'id="step-2"' in preview
    assert not ScriptVersion.objects.exists()
    for number in (1, 1):
        assert ada.post(url, script_form(do="publish")).status_code == 302
        assert ScriptVersion.objects.get().number == number
    assert ada.post(url, script_form(do="publish", **{"q0-text-en": "Did you hear?"})).status_code == 302
    page = ada.get(url).content.decode()
    assert "Version 2" in page
    assert "Heard?" in ada.get(f"{url}?version=1").content.decode()


def test_script_editor_moves_and_adds_without_a_script(ours: World, ada: Client) -> None:
    url = reverse("staff_scripts:questions", args=[make_script(ours).pk])
    page = ada.post(url, script_form(do="down:0"))
    assert [row.key for row in page.context["rows"]] == ["why", "heard"]
    page = ada.post(url, script_form(do="add-option:0"))
    assert len(page.context["rows"][0].options) == 3
    assert "autofocus" in page.content.decode()


def test_script_editor_keeps_the_answers_of_what_is_no_choice_for_a_while(ours: World, ada: Client) -> None:
    url = reverse("staff_scripts:questions", args=[make_script(ours).pk])
    page = ada.post(url, script_form(**{"q0-kind": "text"}, do="preview"))
    hidden = dict(re.findall(r'<input type="hidden" name="(q0-o[^"]+)" value="([^"]*)">', page.content.decode()))
    assert {name: hidden[name] for name in ("q0-o0-key", "q0-o0-text-fr", "q0-o1-text-en", "q0-o1-next")} == {
        "q0-o0-key": "yes", "q0-o0-text-fr": "Oui", "q0-o1-text-en": "No", "q0-o1-next": "=",
    }  # fmt: skip


def test_new_effort_offers_every_button_and_a_running_area_is_given_from_today(ours: World, ada: Client) -> None:
    chosen = ada.get(reverse("staff_efforts:add")).context["form"]["outcomes"].value()
    assert chosen == [outcome.value for outcome in Outcome]
    today = timezone.localdate()
    effort = make_effort(ours, starts_date=today - timedelta(days=40), ends_date=today + timedelta(days=9))
    area = effort.areas.create(name="Canal")
    form = ada.get(reverse("staff_areas:assign", args=[area.pk])).context["form"]
    assert (form["starts"].value(), form["ends"].value()) == (today, today + timedelta(days=9))


def test_area_is_drawn_given_refused_to_another_team_and_shown(ours: World, ada: Client, territories: None) -> None:
    effort, canal, parvis = make_effort(ours), make_team(ours, "Canal"), make_team(ours, "Parvis")
    add = reverse("staff_areas:add")
    assert "data-draw" in ada.get(f"{add}?effort={effort.pk}").content.decode()
    form = {"effort": effort.pk, "name": "North", "polygon": json.dumps(box(0, 0, 5, 5))}
    assert "crosses itself" in str(errors(ada.post(add, {**form, "polygon": json.dumps(
        {"type": "Polygon", "coordinates": [[[4, 50], [4.1, 50.1], [4.1, 50], [4, 50.1]]]})})))  # fmt: skip
    assert "polygon" in errors(ada.post(add, {**form, "polygon": ""}))
    assert ada.post(add, form).status_code == 302
    assert ada.post(add, {**form, "name": "South", "polygon": json.dumps(box(4, 4, 9, 9))}).status_code == 302
    north, south = Area.objects.order_by("pk")
    today = timezone.localdate()
    days = {"starts": today.isoformat(), "ends": (today + timedelta(days=3)).isoformat()}
    give = reverse("staff_areas:assign", args=[north.pk])
    assert ada.post(give, {"team": canal.pk, **days}).status_code == 302
    refused = ada.post(reverse("staff_areas:assign", args=[south.pk]), {"team": parvis.pk, **days})
    assert refused.status_code == 422
    assert "“Canal” has “North”" in refused.content.decode()
    shown = ada.get(reverse("staff_areas:map", args=[effort.pk])).content.decode()
    assert "Canal" in shown
    assert 'class="area"' in shown
    assert ada.post(give, {"release": AreaAssignment.objects.get().pk}).status_code == 302
    assert ada.post(reverse("staff_areas:assign", args=[south.pk]), {"team": parvis.pk, **days}).status_code == 302
    redrawn = ada.get(reverse("staff_areas:edit", args=[north.pk])).content.decode()
    assert "4.305" in redrawn


def test_figures_page_its_live_part_and_its_files(ours: World, ada: Client, territories: None) -> None:
    effort, people = make_effort(ours), [make_volunteer(ours, name) for name in ("Cleo", "Marek")]
    url = reverse("outreach_figures")
    assert "No record yet" in ada.get(url).content.decode()
    generate_contacts(effort, people, 120)
    with CaptureQueriesContext(connection) as queries:
        page = ada.get(url, {"effort": effort.pk}).content.decode()
    assert len(queries) <= 30
    assert 'hx-trigger="every 30s"' in page
    assert "Marek" in page
    assert page.count("<svg") >= 6
    part = ada.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "As of" in part
    answer = ada.get(reverse("outreach_figures_table", args=["outcomes"]))
    lines = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert sum(int(line["records"]) for line in lines) == 120
    assert ada.get(reverse("outreach_figures_table", args=["mobilisers"])).status_code == 404
    for name in ("days", "hours", "communes", "languages", "barriers"):
        assert "Marek" not in ada.get(reverse("outreach_figures_table", args=[name])).content.decode()
    assert ada.get(url, {"from": "2026-02-31", "effort": "x", "team": "9" * 30}).status_code == 200


def test_analyst_sees_figures_without_names(ours: World) -> None:
    generate_contacts(make_effort(ours), [make_volunteer(ours, "Zebulon")], 40)
    page = browse(ours.analyst).get(reverse("outreach_figures")).content.decode()
    assert "Conversations" in page
    assert "Zebulon" not in page


def test_session_is_looked_at_taken_out_with_a_reason_and_given_back(ours: World, ada: Client) -> None:
    effort, cleo, session = make_effort(ours), make_volunteer(ours), uuid.uuid4()
    for _each in range(3):
        make_contact(effort, cleo.user, session_id=session)
    url = reverse("staff_revocations:revoke", args=[effort.pk, cleo.user_id, ours.lead.pk, session])
    assert url in ada.get(reverse("staff_revocations:sessions")).content.decode()
    assert "3 records of Cleo count" in ada.get(url).content.decode()
    assert ada.post(url, {"reason": ""}).status_code == 422
    assert ada.post(url, {"reason": "typed at home"}).status_code == 302
    assert OutreachContact.objects.counting().count() == 0
    assert ada.post(url, {"reason": "again"}).status_code == 302
    undo = reverse("staff_revocations:undo", args=[Revocation.objects.get().pk])
    assert undo in ada.get(reverse("staff_revocations:index")).content.decode()
    assert ada.post(undo).status_code == 302
    assert OutreachContact.objects.counting().count() == 3


def test_partner_takes_out_its_own_mobilisers_sessions_only(ours: World) -> None:
    effort, own, other = make_effort(ours), make_volunteer(ours, "Own", ours.partner), make_volunteer(ours)
    mine = make_contact(effort, own.user, organisation=ours.partner)
    theirs = make_contact(effort, other.user)
    ben = browse(ours.manager)
    names = "staff_revocations:revoke"
    refused = reverse(names, args=[effort.pk, other.user_id, ours.lead.pk, theirs.session_id])
    assert (ben.get(refused).status_code, ben.post(refused, {"reason": "r"}).status_code) == (404, 404)
    url = reverse(names, args=[effort.pk, own.user_id, ours.partner.pk, mine.session_id])
    assert ben.post(url, {"reason": "r"}).status_code == 302
    assert OutreachContact.objects.counting().get() == theirs
    assert "Own" in ben.get(reverse("staff_revocations:index")).content.decode()


def test_paper_is_handed_out_only_with_the_agreement_and_followed(ours: World, ada: Client) -> None:
    initiative = make_initiative()
    Initiative.objects.filter(pk=initiative.pk).update(campaign=ours.campaign)
    signed, unsigned = make_volunteer(ours), make_volunteer(ours, "Marek", signs=False)
    form = {"initiative": initiative.pk, "holder": unsigned.pk, "nationality": "FR", "sheets": "10",
            "due_back_date": timezone.localdate().isoformat()}  # fmt: skip
    url = reverse("staff_paper:add")
    assert "processor agreement" in str(errors(ada.post(url, form))["holder"])
    assert ada.post(url, {**form, "holder": signed.pk}).status_code == 302
    batch = PaperBatch.objects.get()
    page = reverse("staff_paper:batch", args=[batch.pk])
    assert "form of Part" in ada.get(page).content.decode()
    cover = ada.get(reverse("staff_paper:cover", args=[batch.pk])).content.decode()
    assert batch.code in cover
    assert "<svg" in cover
    assert "Cleo" not in cover
    assert ada.get(reverse("staff_paper:by_code", args=[batch.code.lower()])).headers["Location"] == page
    assert ada.post(page, {"do": "return", "return-sheets": "11"}).status_code == 422
    assert ada.post(page, {"do": "return", "return-sheets": "9", "return-support_count": "40"}).status_code == 302
    wrong = ada.post(page, {"do": "destroy", "destroy-on": "2999-01-01", "destroy-method": "", "destroy-witness": "E"})
    assert wrong.status_code == 422
    today = timezone.localdate().isoformat()
    done = {"do": "destroy", "destroy-on": today, "destroy-method": "shredder", "destroy-witness": "Eva"}
    assert ada.post(page, done).status_code == 302
    batch.refresh_from_db()
    assert (batch.status, batch.sheets_returned, batch.support_count) == ("destroyed", 9, 40)
    assert "shredder" in ada.get(page).content.decode()


def test_paper_that_waits_is_on_the_first_page(ours: World, ada: Client) -> None:
    initiative = make_initiative()
    Initiative.objects.filter(pk=initiative.pk).update(campaign=ours.campaign)
    batch = PaperBatch.objects.create(
        initiative=initiative, organisation=ours.lead, number=1, code="AAAA2222", nationality="FR", sheets=1,
        issued_at=timezone.now(), due_back_date=timezone.localdate() - timedelta(days=3),
    )  # fmt: skip
    page = reverse("staff_paper:batch", args=[batch.pk])
    assert page in ada.get(reverse("wagtailadmin_home")).content.decode()
    assert page in ada.get(reverse("staff_paper:due")).content.decode()
    assert page not in browse(ours.manager).get(reverse("wagtailadmin_home")).content.decode()
