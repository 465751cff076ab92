"""Every address, by app. A space's own pages live below ``/s/<slug>/``."""

from django.urls import include, path

from coproduce.care.views import sight
from coproduce.config import views
from coproduce.contributions import urls as contributions
from coproduce.conversation import reading
from coproduce.reports import contribution_page
from coproduce.reports import front_urls as front
from coproduce.spaces import urls as spaces
from coproduce.themes import urls as themes

# Pages that show what became of something stand in ``reports`` and keep the name of what they show.
brought = [
    path("s/<slug:slug>/brought/", reading.contributions, name="contributions"),
    path("s/<slug:slug>/brought/<uuid:pk>/out-of-sight/", sight.hide, name="hide"),
    *contributions.urlpatterns,
    path("s/<slug:slug>/brought/<uuid:pk>/", contribution_page.contribution, name="contribution"),
    path("s/<slug:slug>/brought/<uuid:pk>/files/<uuid:file>/", contribution_page.attachment, name="attachment"),
    path("s/<slug:slug>/brought/<uuid:pk>/revise/", contribution_page.revise, name="revise"),
    path("s/<slug:slug>/brought/<uuid:pk>/describe/", contribution_page.describe, name="describe"),
    path("s/<slug:slug>/brought/<uuid:pk>/take-back/", contribution_page.withdraw, name="withdraw"),
]

themed = [path("<uuid:pk>/", reading.theme, name="theme"), *themes.urlpatterns]

urlpatterns = [
    path("health", views.health, name="health"),
    path("help/", views.help_page, name="help"),
    path("paper/", views.paper, name="paper"),
    path("server/", views.server, name="server"),
    path("", include("coproduce.people.urls")),
    path("", include("coproduce.people.urls_of_allauth")),
    path("", include(([*spaces.urlpatterns, *front.urlpatterns], "spaces"))),
    path("s/<slug:slug>/agreements/", include("coproduce.consent.urls")),
    path("s/<slug:slug>/gatherings/", include("coproduce.gatherings.urls")),
    path("", include((brought, "contributions"))),
    path("", include("coproduce.care.urls")),
    path("s/<slug:slug>/", include("coproduce.conversation.urls")),
    path("s/<slug:slug>/themes/", include((themed, "themes"))),
    path("s/<slug:slug>/suggestions/", include("coproduce.suggestions.urls")),
    path("s/<slug:slug>/views/", include("coproduce.deliberation.urls")),
    path("s/<slug:slug>/ballots/", include("coproduce.ballots.urls")),
    path("s/<slug:slug>/priorities/", include("coproduce.priorities.urls")),
    path("s/<slug:slug>/values/", include("coproduce.valuing.urls")),
    path("s/<slug:slug>/decisions/", include("coproduce.decisions.urls")),
    path("s/<slug:slug>/outcomes/", include("coproduce.outcomes.urls")),
    path("s/<slug:slug>/trace/", include("coproduce.traces.urls")),
    path("", include("coproduce.messages.urls")),
    path("", include("coproduce.finding.urls")),
    path("", include("coproduce.walls.urls")),
    path("", include("coproduce.work.urls")),
    path("demonstration/", include("coproduce.demonstration.urls")),
    path("s/<slug:slug>/", include("coproduce.reports.urls")),
    path("s/<slug:slug>/data/", include("coproduce.exchange.urls")),
]
handler404 = "coproduce.config.views.not_found"
handler500 = "coproduce.config.views.failed"
