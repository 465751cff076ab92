"""Every address, by app. A space's own pages live below ``/s/<slug>/``."""

from django.urls import include, path

from coproduce.config.views import health

urlpatterns = [
    path("health", health, name="health"),
    path("", include("coproduce.people.urls")),
    path("", include("coproduce.spaces.urls")),
    path("s/<slug:slug>/agreements/", include("coproduce.consent.urls")),
    path("s/<slug:slug>/gatherings/", include("coproduce.gatherings.urls")),
    path("s/<slug:slug>/brought/", include("coproduce.contributions.urls")),
    path("s/<slug:slug>/themes/", include("coproduce.themes.urls")),
    path("s/<slug:slug>/views/", include("coproduce.deliberation.urls")),
    path("s/<slug:slug>/decisions/", include("coproduce.decisions.urls")),
    path("s/<slug:slug>/outcomes/", include("coproduce.outcomes.urls")),
    path("", include("coproduce.messages.urls")),
    path("s/<slug:slug>/", include("coproduce.reports.urls")),
    path("s/<slug:slug>/data/", include("coproduce.exchange.urls")),
    path("account/", include("allauth.urls")),
]
handler404 = "coproduce.config.views.not_found"
handler500 = "coproduce.config.views.failed"
