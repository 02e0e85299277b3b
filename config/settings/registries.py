"""What packages lower in the house ask of those above them, by dotted path (docs/adr/0009): who answers what."""

# What makes the words of texts that packages above `messaging` send: template -> (message) -> context.
MESSAGE_CONTEXTS = {
    "inbox_answer": "messaging.inbox_texts.answer_context",
    "inbox_help": "messaging.inbox_texts.help_context",
    "own_page_link": "messaging.own_page_texts.link_context",
    "agenda_reminder": "volunteers.message_texts.standing_context",
    "agenda_moved": "volunteers.message_texts.standing_context",
    "agenda_cancelled": "volunteers.message_texts.cancelled_context",
    "cover_asked": "volunteers.cover_texts.asked_context",
    "cover_taken": "volunteers.cover_texts.taken_context",
    "shift_alarm": "volunteers.at_risk_texts.alarm_context",
    "training_invitation": "volunteers.message_texts.invitation_context",
    "ledger_due": "campaigns.actions.transparency_alarms.due_context",
    "ledger_crossed": "campaigns.actions.transparency_alarms.crossed_context",
    "paper_alarm": "outreach.actions.paper_alarms.message_context",
    "report_request": "events.report_texts.request_context",
    "event_reminder": "events.message_texts.reminder_context",
    "event_answer": "events.message_texts.reminder_context",
    "event_feedback": "events.message_texts.feedback_context",
    "event_moved": "events.message_texts.moved_context",
    "event_cancelled": "events.message_texts.cancelled_context",
    "outreach_follow_up": "outreach.actions.follow_up.message_context",
    "rsvp_registered": "events.rsvp_texts.registered_context",
    "rsvp_offer": "events.rsvp_texts.offer_context",
    "rsvp_lapsed": "events.rsvp_texts.lapsed_context",
    "rsvp_changed": "events.rsvp_texts.changed_context",
    "rsvp_cancelled": "events.rsvp_texts.cancelled_context",
    "export_asked": "messaging.actions.staff_letters.letter_context",
    "export_decided": "messaging.actions.staff_letters.letter_context",
    "partner_announcement": "coalition.announcement_letters.announcement_context",
    "partner_key": "messaging.actions.staff_letters.letter_context",
    "partner_page": "messaging.actions.staff_letters.letter_context",
    "partner_export_ready": "messaging.actions.staff_letters.letter_context",
    "partner_standing": "messaging.actions.staff_letters.letter_context",
    "reading_alarm": "messaging.actions.staff_letters.letter_context",
    "number_check": "messaging.number_check_texts.question_context",
    "pledge_reminder": "campaigns.reminder_texts.reminder_context",
    "pledge_follow_up": "campaigns.reminder_texts.follow_up_context",
    "rights_link": "rights.actions.letters.link_context",
    "rights_nothing": "rights.actions.letters.nothing_context",
    "rights_address": "rights.actions.letters.address_context",
    "rights_answer": "rights.actions.letters.request_context",
    "rights_refused": "rights.actions.letters.request_context",
    "rights_extended": "rights.actions.letters.request_context",
    "rights_copy": "rights.actions.letters.request_context",
    "rights_due": "rights.actions.letters.due_context",
    "rights_erased": "rights.actions.letters.erased_context",
    "partner_accepted": "coalition.message_texts.answer_context",
    "partner_refused": "coalition.message_texts.answer_context",
}
# Who queues letters to staff for packages below `messaging`: (key, template, user, context, at).
STAFF_LETTERS = "messaging.actions.staff_letters.queue_staff_letter"
# Who understands what people text back: (messaging.models.InboundMessage, at) -> what was done, or None.
INBOUND_HANDLERS = ["events.inbound.answer_inbound"]
SUBMISSION_KINDS = {
    "petition-signature": "campaigns.actions.signatures.SignatureSubmission",
    "volunteer-application": "volunteers.actions.applications.VolunteerApplication",
    "pledge": "campaigns.actions.pledges.PledgeSubmission",
    "event-rsvp": "events.actions.rsvp_kind.RsvpSubmission",
    "partner-application": "coalition.actions.applications.PartnerSubmission",
}
# What packages above `people` do with their rows when two supporters become one.
SUPPORTER_MERGERS = [
    "campaigns.actions.signatures.move_signatures",
    "campaigns.actions.pledges.move_pledges",
    "audiences.actions.merging_journeys.move_ways",
    "events.actions.merging.move_rsvps",
    "outreach.actions.identities.move_identities",
    "volunteers.actions.merging.move_volunteers",
    "audiences.actions.merging.move_recipients",
    "rights.merging.move_requests",
]
# How every package that holds people lets go of one: (supporter, at) -> {table: rows}. From the top of the house down,
# so that each still finds what the ones below hold; `people` last.
SUPPORTER_ERASERS = [
    "integrations.outbox.erasing.erase",
    "rights.erasing.erase",
    "coalition.erasing.erase",
    "audiences.erasing.erase",
    "outreach.erasing.erase",
    "volunteers.erasing.erase",
    "events.erasing.erase",
    "campaigns.erasing.erase",
    "messaging.erasing.erase",
    "people.erasing.erase",
]
# What packages above `people` do when staff give an address to another supporter: (point, by).
CONTACT_POINT_MOVERS = ["messaging.actions.queue.cancel_messages_to"]
# What packages above show of a supporter in the staff area: (supporter, user) -> people.staff_sections.Section.
SUPPORTER_SECTIONS = [
    "campaigns.staff_sections.signatures_of",
    "campaigns.staff_sections.pledges_of",
    "events.staff_sections.events_of",
    "messaging.staff_sections.messages_of",
    "outreach.staff_sections.conversations_of",
    "volunteers.staff_sections.volunteering_of",
    "audiences.staff_sections.journeys_of",
    "audiences.staff_sections.tasks_of",
    "rights.staff_sections.requests_of",
]
# What packages above `volunteers` show of a volunteer in the staff area: (volunteer, user) -> Section.
VOLUNTEER_SECTIONS = ["outreach.volunteer_sections.contacts_of"]
# What packages above do when an event is planned, repeated, moved or called off (events/listeners.py), in this order:
# guests are told first, so that others may ask who was (events.actions.notices.told_supporters).
EVENT_PLANNED = ["volunteers.actions.event_shifts.plan_shifts"]
EVENT_REPEATED = ["volunteers.actions.event_shifts.repeat_shifts"]
EVENT_MOVED = ["events.actions.notices.tell_moved", "volunteers.actions.event_shifts.move_shifts"]
EVENT_CANCELLED = ["events.actions.notices.tell_cancelled", "volunteers.actions.event_shifts.cancel_shifts"]
# What packages above show on an event's page in the staff area: (event, user) -> people.staff_sections.Section.
EVENT_SECTIONS = [
    "volunteers.event_sections.shifts_of",
    "events.reminder_sections.reminders_of",
    "events.reminder_sections.feedback_of",
]
# Who knows whether events have their people: (event ids, at) -> {event id: events.staffing.Staffing}; "" for nobody.
EVENT_STAFFING = "volunteers.selectors.event_staffing.staffing_of"
# Who counts what happened at events: (event ids) -> {event id: people informed}, the same for minutes volunteers gave.
EVENT_INFORMED = "outreach.selectors.at_events.informed_at"
EVENT_HOURS = "volunteers.selectors.event_staffing.minutes_of"
# What somebody does at an event beside coming to it: (event id, supporter id) -> [(title, when)], in order.
EVENT_DUTIES = "volunteers.event_sections.duties_at"
# The barriers that notes of focus groups are coded with: () -> [(key, name)].
EVENT_BARRIERS = "outreach.selectors.at_events.barrier_choices"
# The public page of an event: (event, language) -> absolute path, or blank.
EVENT_PAGES = "cms.event_links.page_of"
# Who counts a volunteer's conversations: (user ids, since, until) -> {user id: count}.
VOLUNTEER_CONTACT_COUNTS = "outreach.volunteer_sections.contact_counts"
# Who sees rows because of what a package above them holds (core/scopes.py).
STAFF_SCOPES = {
    "people.supporter": [
        "campaigns.scopes.supporters_of_led_campaigns",
        "campaigns.scopes.supporters_of_partners",
        "events.scopes.supporters_who_come",
        "outreach.scopes.supporters_met",
        "volunteers.scopes.supporters_who_volunteer",
    ],
    "people.contactpoint": [
        "campaigns.scopes.points_of_led_campaigns",
        "campaigns.scopes.points_of_partners",
        "events.scopes.points_of_who_comes",
        "outreach.scopes.points_of_people_met",
        "volunteers.scopes.points_of_volunteers",
    ],
    "messaging.outboundmessage": [
        "campaigns.scopes.messages_of_led_campaigns",
        "events.scopes.messages_about_rsvps",
        "volunteers.scopes.messages_of_applications",
    ],
}
# The pages that show a petition: (petition ids) -> {id: [campaigns.selectors.pages.PageLink]}.
PETITION_PAGES = "cms.petition_links.pages_showing"
# What live pages show: () -> cms.published.Published, conditions for queries of campaigns, petitions and pledges.
PUBLISHED = "cms.published.Published"
# Which partners may see and export people: () -> the condition on partnerships; "" where nothing is asked of them.
PARTNERS_IN_FORCE = "coalition.scopes.agreed_partnerships"
# Where links lead, and the forms other websites may show (campaigns.selectors.source_pages.SitePages).
SOURCE_PAGES = "cms.source_pages.SITE_PAGES"
# Who makes links for everybody at once: (campaign, organisation ids or None, at) -> (sources, how many are new).
SOURCE_LINK_MAKERS = {
    "partners": "campaigns.actions.source_links.make_partner_links",
    "events": "events.source_links.make_event_links",
    "mobilisers": "outreach.source_links.make_mobiliser_links",
    "materials": "coalition.source_links.make_material_links",
}
# What may be asked of supporters in a segment's rule, in the order it is offered (audiences.criteria.base.Criterion).
SEGMENT_CRITERIA = [
    "audiences.criteria.petitions.Signed",
    "audiences.criteria.petitions.SignedLately",
    "audiences.criteria.petitions.CameThroughPartner",
    "audiences.criteria.petitions.CameByLink",
    "audiences.criteria.pledges.Pledged",
    "audiences.criteria.pledges.PledgeStands",
    "audiences.criteria.pledges.PledgedFor",
    "audiences.criteria.people.LivesIn",
    "audiences.criteria.people.PostcodeBegins",
    "audiences.criteria.people.Speaks",
    "audiences.criteria.people.HasNationality",
    "audiences.criteria.people.KnownSince",
    "audiences.criteria.people.KnownLately",
    "audiences.criteria.activity.DidSomethingLately",
    "audiences.criteria.contact.Allows",
    "audiences.criteria.contact.HasProvedAddress",
    "audiences.criteria.contact.NotContacted",
    "audiences.criteria.broadcasts.WasSent",
    "audiences.criteria.events.Registered",
    "audiences.criteria.events.Attended",
    "audiences.criteria.events.StayedAway",
    "audiences.criteria.volunteering.Volunteers",
    "audiences.criteria.volunteering.WorkedShift",
    "audiences.criteria.outreach.Met",
]
# What takes people into journeys (audiences.triggers.base.Trigger), in the order staff choose from.
JOURNEY_TRIGGERS = [
    "audiences.triggers.ours.Signs",
    "audiences.triggers.ours.Pledges",
    "audiences.triggers.ours.KeepsPledge",
    "audiences.triggers.ours.Registers",
    "audiences.triggers.ours.Attends",
    "audiences.triggers.ours.Volunteers",
    "audiences.triggers.ours.Enters",
    "audiences.triggers.ours.ComesTheDay",
]
# Whether a letter to one of these addresses may be in a provider's call now: (keyed hashes, at) -> bool.
MAY_BE_UNDER_WAY = "messaging.selectors.may_be_under_way"
# What a consent's scope, a campaign's short name, is called: (scopes) -> {scope: title}.
SCOPE_TITLES = "campaigns.selectors.titles.titles_of"
# The campaigns a text may be written for: (user) -> [(scope, title)].
SCOPE_CHOICES = "campaigns.selectors.scope_choices.scopes_for"
# What packages above `campaigns` show under the result of an eligibility check: (cms.eligibility_panels.CheckResult) ->
# cms.eligibility_panels.Panel, or None.
ELIGIBILITY_PANELS = ["cms.pledge_panel.pledge_panel"]
# What packages show on a partner's dashboard: (partnership, user) -> people.staff_sections.Section, or None.
PARTNER_PANELS = [
    "coalition.announcement_panels.announcements_panel",
    "coalition.partner_panels.agreement_panel",
    "coalition.partner_panels.exports_panel",
    "coalition.partner_panels.materials_panel",
    "coalition.partner_panels.page_panel",
]
# Forgets the drawn public pages: () -> None; asked after what they show has changed.
PUBLIC_PAGES_CHANGED = "cms.middleware.forget_public_pages"
# The addresses of a partner's own page: (partnership) -> [(language, address)]; and how a version of it would look:
# (request, profile, language) -> HttpResponse, or None where the campaign has no page of partners.
PARTNER_PAGES = "cms.partner_links.pages_of"
PARTNER_PAGE_PREVIEW = "cms.partner_links.preview"
# Where a partner sets its own goals: the name of an address that is given the partnership's id; "" for nowhere.
PARTNER_GOALS_SCREEN = "staff_partners:partner"
# Where a partner's figures stand: the name of an address that is given the partnership's id; "" for nowhere.
PARTNER_FIGURES_SCREEN = "dashboards_partner"
