"""Addresses for the sample pages, so that they have a whole head and foot."""

from django.http import HttpResponse
from django.urls import include, path


def _nothing(request, **kwargs):
    return HttpResponse()


def _app(app, *names):
    return include(([path(f"{app}-{name}/", _nothing, name=name) for name in names], app))


urlpatterns = [
    path("find/", _nothing, name="find"),
    path("help/", _nothing, name="help"),
    path("paper/", _nothing, name="paper"),
    path("server/", _nothing, name="server"),
    path("", _app("people", "sign_in", "sign_out", "me")),
    path(
        "",
        include(
            ([path("spaces/", _nothing, name="your_spaces"), path("s/<slug:slug>/", _nothing, name="space")], "spaces")
        ),
    ),
    path("s/<slug:slug>/", _app("contributions", "contributions")),
    path("s/<slug:slug>/", _app("themes", "themes")),
    path("s/<slug:slug>/", _app("reports", "weave", "account")),
    path("s/<slug:slug>/", _app("deliberation", "statements")),
    path("s/<slug:slug>/", _app("decisions", "decisions")),
    path("s/<slug:slug>/", _app("outcomes", "outcomes")),
]
