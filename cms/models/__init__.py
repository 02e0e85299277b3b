from cms.models.campaign_page import CampaignPage
from cms.models.events_page import EventsPage
from cms.models.home_page import HomePage
from cms.models.partners_page import PartnersPage
from cms.models.petition_page import PetitionPage
from cms.models.pledge_page import PledgePage
from cms.models.registration_page import RegistrationPage
from cms.models.standard_page import StandardPage
from cms.models.volunteer_page import VolunteerPage

__all__ = [
    "CampaignPage",
    "EventsPage",
    "HomePage",
    "PartnersPage",
    "PetitionPage",
    "PledgePage",
    "RegistrationPage",
    "StandardPage",
    "VolunteerPage",
]
