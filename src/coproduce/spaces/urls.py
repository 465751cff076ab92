"""Addresses of spaces.

``your_spaces``, ``space`` (the front page) and ``framings`` are pages of ``reports``: see ``config.urls``.
"""

from django.urls import URLPattern, URLResolver, include, path

from coproduce.spaces import views

app_name = "spaces"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("spaces/open/", views.open_one, name="open"),
    path("join/", views.join_with_code, name="join_with_code"),
    path("join/<str:code>/", views.join, name="join"),
    path("join/<str:code>/you/", views.introduce, name="introduce"),
    path(
        "s/<slug:slug>/",
        include(
            [
                path("reframe/", views.reframe, name="reframe"),
                path("charter/", views.charter, name="charter"),
                path("charter/change/", views.change_charter, name="change_charter"),
                path("members/", views.members, name="members"),
                path("members/add/", views.add_member, name="add_member"),
                path("members/<uuid:pk>/", views.describe, name="describe_for"),
                path("members/<uuid:pk>/look-after/", views.appoint, name="appoint"),
                path("my-place/", views.my_place, name="my_place"),
                path("my-place/describe/", views.describe, name="describe"),
                path("my-place/pause/", views.pause, name="pause"),
                path("my-place/leave/", views.leave, name="leave"),
                path("my-place/stop-looking-after/", views.stop_facilitating, name="stop_facilitating"),
                path("ways-in/", views.ways_in, name="ways_in"),
                path("ways-in/<uuid:pk>/close/", views.close_way_in, name="close_way_in"),
                path("ways-in/<uuid:pk>/card/", views.card, name="card"),
            ]
        ),
    ),
]
