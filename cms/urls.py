from django.urls import path

from cms.views import (
    confirming,
    eligibility,
    mastodon,
    partnering,
    pledge_own,
    pledging,
    rsvps,
    signing,
    supporting,
    volunteering,
)

urlpatterns = [
    path("sign/<int:page_id>/", signing.sign, name="sign"),
    path("sign/sent/<str:token>/", signing.check_inbox, name="check_inbox"),
    path("sign/challenge/", signing.challenge, name="challenge"),
    path("confirm/<str:token>/", confirming.confirm, name="confirm"),
    path("not-me/<str:token>/", confirming.disown, name="disown"),
    path("share/on-mastodon/", mastodon.share_mastodon, name="share_mastodon"),
    path("share/<str:token>/", confirming.share, name="share"),
    path("volunteer/<int:page_id>/", volunteering.volunteer, name="volunteer"),
    path("volunteer/welcome/<str:token>/", volunteering.welcome, name="volunteer_welcome"),
    path("events/<uuid:public_id>/register/", rsvps.register_for_event, name="event_register"),
    path("pledge/<int:page_id>/", pledging.pledge, name="pledge"),
    path("pledge/mine/<str:token>/", pledge_own.own, name="pledge_own"),
    path("pledge/mine/<str:token>/withdraw/", pledge_own.withdraw, name="pledge_withdraw"),
    path("check/<int:page_id>/", eligibility.check, name="eligibility_check"),
    path("support/<int:page_id>/", supporting.support, name="support"),
    path("support/<int:page_id>/go/", supporting.go, name="support_go"),
    path("check/<int:page_id>/form.pdf", eligibility.blank_form, name="commune_form_blank"),
    path("partners/<slug:slug>/apply/", partnering.apply, name="partner_apply"),
    path("partners/<slug:slug>/thanks/", partnering.thanks, name="partner_thanks"),
    path("withdraw/<str:token>/", confirming.withdraw, name="withdraw"),
]
