"""Every word of the phone app's interface, by the key the app asks for it with.

The catalogues are the website's. A text with a count is handed over in all its plural forms, by the categories of CLDR
that ``Intl.PluralRules`` answers with on the phone.
"""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, override, pgettext_lazy

# A number of each category of CLDR's cardinal plural rules, for the languages that have the category.
_NUMBER_OF_CATEGORY = {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11, "other": 100}

TEXTS: dict[str, str | Promise] = {
    # Around every screen
    "screens": _("Screens"),
    "tab_log": pgettext_lazy("screen of the phone app", "Log"),
    "tab_records": _("Records"),
    "tab_agenda": _("Agenda"),
    "tab_settings": _("Settings"),
    "today": _("Today"),
    "unsent_label": _("Not sent"),
    "state_label": _("Network"),
    "state_online": _("Connected"),
    "state_offline": _("No network: kept here"),
    "state_busy": _("The server is busy: kept here"),
    "state_sending": _("Sending…"),
    "state_unknown": _("Looking for a network…"),
    "needs_attention": _("Needs attention"),
    "new_version": _("A new version of the app is ready."),
    "reload": _("Reload"),
    "finish_typing": _("Finish what you are typing first."),
    "close": _("Close"),
    "labelled": _("%(label)s: %(what)s"),
    "cancel": _("Cancel"),
    "more": _("More…"),
    # Something is in the way
    "app_failed": _("Something went wrong: %(what)s. What you logged before is kept."),
    "storage_full": _("This phone has no room left, so nothing can be logged. Free some space, then try again."),
    "storage_blocked": _(
        "This browser keeps nothing (a private window, or storage switched off), so nothing can be logged. "
        "Open the app in an ordinary window."
    ),
    "not_saved": _("Not saved. Nothing was logged: try again."),
    "sign_in": _("Sign in"),
    "signed_out_hint": _("You are signed out. You can go on logging; sign in to send."),
    "welcome_title": _("Welcome"),
    "welcome": _("Sign in once with a network. After that the app works anywhere, also without one."),
    "loading": _("Fetching your efforts…"),
    "no_effort": _("No effort is open for you just now. Your team will tell you when one starts."),
    "blocked_certificate": _(
        "You need a certificate for this effort. What you log waits in “Needs attention” until you have it."
    ),
    "blocked_agreement": _(
        "You have not accepted the volunteers’ agreement yet. What you log waits in “Needs attention” until you do."
    ),
    # Logging
    "language_of_talk": _("Language of the conversation"),
    "commune": _("Commune"),
    "effort": _("Effort"),
    "how_did_it_go": _("How did it go?"),
    "with_details": _("With details"),
    "show_qr": _("Show QR"),
    "logged": _("Logged: %(outcome)s"),
    "undo": pgettext_lazy("phone app", "Undo"),
    "undone": _("Taken back: %(outcome)s"),
    "add_details": _("Add details"),
    "at_event": _("At the event"),
    "are_you_at": _("Are you at …?"),
    "at_no_event": _("Not at an event"),
    # The door of an event
    "tab_door": _("Check-in"),
    "check_in": _("Check people in"),
    "no_door": _("You are at no event’s door these days."),
    "door_search": _("Search by name or code"),
    "door_in": pgettext_lazy("people at an event", "In"),
    "door_expected": pgettext_lazy("people at an event", "Expected"),
    "walk_ins": _("Walked in"),
    "walk_in": _("Somebody without a registration"),
    "walk_ins_now": _("How many walk in"),
    "one_fewer": _("One fewer"),
    "one_more": _("One more"),
    "guests": _("Guests"),
    "guests_missing": _(
        "The list of guests is not on this phone. It comes with a network, from the day before the event."
    ),
    "guests_none": _("Nobody has registered."),
    "guests_unfound": _("Nobody of that name. Count the person as a walk-in."),
    "guests_more": _("There are more: type some letters of the name."),
    "guest_coming": _("expected"),
    "guest_offered": _("was offered a place"),
    "guest_waiting": _("on the waiting list"),
    "guest_cancelled": _("said they do not come"),
    "in_since": _("in since %(time)s"),
    "is_in": _("%(name)s is in"),
    "in_from_waiting": _("%(name)s is in, and was on the waiting list"),
    "in_from_cancelled": _("%(name)s is in, though they had cancelled"),
    "already_in": _("%(name)s is in already, since %(time)s"),
    "people_here": _("People who came"),
    "not_here": _("Not here after all"),
    "names_leave": _("The names leave this phone the day after the event."),
    "scan": _("Scan a code"),
    "scan_hold": _("Hold the QR code of the confirmation in front of the camera, or type the code below it."),
    "scan_type": _("Type the code printed below the QR code. This phone’s browser cannot read it by itself."),
    "scan_denied": _("Type the code printed below the QR code. To read it here, allow this page to use the camera."),
    "scan_code": _("Code below the QR code"),
    "let_in": _("Let in"),
    "code_unknown": _("This code is not on this event’s list."),
    "count_as_walk_in": _("Count as a walk-in"),
    # Details
    "details": _("Details"),
    "barriers": _("What holds them back?"),
    "questions": _("Questions"),
    "stay_in_touch": _("Stay in touch"),
    "name": _("Name"),
    "phone_or_email": _("Phone or e-mail"),
    "wording_follows": _("With a number or an address, what the person agrees to appears here."),
    "no_wording": _("There is no wording for this kind of address, so it cannot be kept."),
    "their_language": _("Their language"),
    "says_yes": _("Do they say yes?"),
    "yes_shown": _("Yes, after reading it"),
    "yes_read_aloud": _("Yes, read aloud"),
    "privacy": _("Privacy"),
    "choose_outcome": _("Say how it went first."),
    "contact_missing": _("Add a phone number or an e-mail address, or clear the name."),
    "consent_missing": _("Nobody is kept without a yes. Tap the yes they gave, or clear name and address."),
    "save": _("Save"),
    "leave_details": _("Leave without saving?"),
    "leave_details_hint": _("What you entered here would be lost."),
    "discard_typed": _("Leave without saving"),
    "scan_me": _("Scan me"),
    "qr_of": _("QR code for %(address)s"),
    "pass_the_link": _("Or pass the link on in their language:"),
    "copied": _("Link copied (%(language)s)."),
    # Records
    "attention_hint": _("These were not taken. Nothing is lost: mend and send again, or discard."),
    "mend": _("Mend"),
    "send_again": _("Send again"),
    "saved": _("Saved."),
    "discard": _("Discard"),
    "discarded": _("Discarded."),
    "discard_title": _("Discard this record?"),
    "discard_hint": _("It will not count and cannot be brought back."),
    "refused_by_server": _("The server did not take it (%(reason)s)."),
    "records_hint": _("Tap a record to correct it."),
    "no_records": _("What you log appears here."),
    "has_person": _("With a name"),
    "status_waiting": _("not sent"),
    "status_attention": _("needs attention"),
    "status_done": _("sent"),
    "taken_back": _("Taken back"),
    "correct": _("Correct"),
    "save_correction": _("Save the correction"),
    "corrected": _("Corrected."),
    "take_back": _("Take it back"),
    # Agenda
    "events": _("Events"),
    "shifts": _("Shifts"),
    "open_shifts": _("Shifts you can take"),
    "take_shift": _("I take it"),
    "taking": _("Asking…"),
    "shift_taken": _("“%(shift)s” is yours. Thank you!"),
    "take_offline": _(
        "Taking a shift needs a network, because others may take it too. Try again when you are connected."
    ),
    "take_failed": _("That did not work. Try again in a while."),
    "no_shifts": _("No shifts planned."),
    "trainings": _("Trainings"),
    "no_trainings": _("No trainings planned."),
    "presence_invited": _("You are invited"),
    "presence_coming": _("You said you come"),
    "presence_declined": _("You said you cannot come"),
    "presence_attended": _("You were there"),
    "presence_missed": _("You were not there"),
    "calendar_add": _("Add to my calendar"),
    "calendar_hint": _("Your calendar keeps itself up to date. Do not share this link: it is yours alone."),
    "as_of": _("As of %(time)s"),
    # Settings
    "sending": _("Sending"),
    "send_now": _("Send now"),
    "last_sent": _("Last sent"),
    "never": _("Not yet"),
    "own_total": _("Yours in all"),
    "signed_in_as": _("Signed in as"),
    "language": _("Language"),
    "theme": _("Colours"),
    "theme_auto": _("As the phone"),
    "theme_light": _("Light"),
    "theme_dark": _("Dark"),
    "this_phone": _("This phone"),
    "install": _("Install the app"),
    "installed": _("The app is installed on this phone."),
    "install_hint": _("Put it on the home screen: in the browser’s menu, choose “Add to home screen”."),
    "storage_kept": _("This phone keeps your records even when it runs short of space."),
    "storage_hint": _("When the phone runs short of space, it might throw unsent records away."),
    "storage_asked": _("The phone has not agreed yet. Installing the app helps."),
    "storage_keep": _("Ask the phone to keep them"),
    "person_wiped_hint": _("Names and addresses leave this phone once they are sent, and after 7 days in any case."),
    "own_page": _("Your page as a volunteer"),
    "sign_out": _("Sign out"),
    "sign_out_title": _("Sign out of this phone?"),
    "sign_out_all_sent": _("Everything is sent; nothing is lost."),
    "sign_out_stays": _(
        "They stay on this phone and are sent when you sign in here again. They are lost if the browser’s data is "
        "cleared before that."
    ),
    "send_first": _("Send first"),
    "sign_out_anyway": _("Sign out anyway"),
    "signed_out": _("Signed out."),
    "version": _("Version %(version)s"),
}

COUNTED: dict[str, Promise] = {
    "free_places": ngettext_lazy("%(count)s free place", "%(count)s free places", "count"),
    "people": ngettext_lazy("%(count)s person", "%(count)s people", "count"),
    "people_registered": ngettext_lazy("%(count)s person registered", "%(count)s people registered", "count"),
    "walked_in": ngettext_lazy("%(count)s person walked in", "%(count)s people walked in", "count"),
    "walk_in_button": ngettext_lazy("+%(count)s walk-in", "+%(count)s walk-ins", "count"),
    "sign_in_to_send": ngettext_lazy(
        "Sign in to send %(count)s record. It is kept here until then.",
        "Sign in to send %(count)s records. They are kept here until then.",
        "count",
    ),
    "of_another": ngettext_lazy(
        "%(count)s record of another person waits on this phone until that person signs in.",
        "%(count)s records of another person wait on this phone until that person signs in.",
        "count",
    ),
    "attention_banner": ngettext_lazy("%(count)s record needs attention", "%(count)s records need attention", "count"),
    "sign_out_unsent": ngettext_lazy("%(count)s record is not sent.", "%(count)s records are not sent.", "count"),
    "sign_out_persons": ngettext_lazy(
        "%(count)s of them holds a name and address, which this phone wipes after 7 days.",
        "%(count)s of them hold names and addresses, which this phone wipes after 7 days.",
        "count",
    ),
    "clock_off": ngettext_lazy(
        "This phone’s clock is %(count)s minute off. The times of your records are put right on the server.",
        "This phone’s clock is %(count)s minutes off. The times of your records are put right on the server.",
        "count",
    ),
}


class _AnyNumber(int):
    """A number that chooses the plural form and leaves its own place in the text open."""

    def __str__(self) -> str:
        return "%(count)s"


def texts_in(language: str) -> dict[str, Any]:
    """Return every text in a language: words, or plural forms by category for the counted ones."""
    with override(language):
        words: dict[str, Any] = {key: str(text) for key, text in TEXTS.items()}
        for key, text in COUNTED.items():
            words[key] = {
                category: str(text % {"count": _AnyNumber(number)}) for category, number in _NUMBER_OF_CATEGORY.items()
            }
    return words
