"""What editors publish is public; no field of this app is about a person."""

from core.personal_data import PersonalField

PERSONAL: dict[str, PersonalField] = {}
IMPERSONAL = {
    "HomePage.introduction",
    "HomePage.heading",
    "HomePage.action_label",
    "CampaignPage.introduction",
    "EventsPage.introduction",
    "PartnersPage.introduction",
    "PetitionPage.introduction",
    "PetitionPage.form_heading",
    "PetitionPage.thank_you",
    "PetitionPage.share_text",
    "PledgePage.introduction",
    "PledgePage.form_heading",
    "PledgePage.thank_you",
    "StandardPage.introduction",
    "RegistrationPage.introduction",
    "VolunteerPage.introduction",
    "VolunteerPage.form_heading",
    "VolunteerPage.thank_you",
}
