"""Pages of the ``spaces`` addresses that need to read what lies above spaces. Joined to them in ``config.urls``."""

from django.urls import URLPattern, path

from coproduce.reports import front

urlpatterns: list[URLPattern] = [
    path("spaces/", front.your_spaces, name="your_spaces"),
    path("s/<slug:slug>/", front.space, name="space"),
    path("s/<slug:slug>/begin/", front.begin, name="begin"),
    path("s/<slug:slug>/framings/", front.framings, name="framings"),
]
