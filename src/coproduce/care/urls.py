"""Addresses of care, below ``/s/<slug>/care/``. The page for putting words out of sight stands beside the words."""

from django.urls import URLPattern, URLResolver, include, path

from coproduce.care.views import home, rules, safety, sight, worries

app_name = "care"
urlpatterns: list[URLPattern | URLResolver] = [
    path("told/", home.told, name="told"),
    path(
        "s/<slug:slug>/care/",
        include(
            [
                path("", home.care, name="care"),
                path("people/", home.people, name="people"),
                path("people/<uuid:pk>/ends/", home.end_role, name="end_role"),
                path("where-to-turn/", home.where_to_turn, name="where_to_turn"),
                path("where-to-turn/write/", home.write_note, name="write_note"),
                path("rules/", rules.rules, name="rules"),
                path("rules/suggest/", rules.suggest_rule, name="suggest_rule"),
                path("rules/<uuid:pk>/", rules.rule, name="rule"),
                path("rules/<uuid:pk>/holds/", rules.hold, name="hold"),
                path("rules/<uuid:pk>/let-go/", rules.end_rule, name="end_rule"),
                path("mine/", worries.mine, name="my_worries"),
                path("wrong/<uuid:pk>/", worries.flag, name="flag"),
                path("worries/", worries.worries, name="worries"),
                path("worries/<uuid:pk>/", worries.worry, name="worry"),
                path("worries/<uuid:pk>/leave/", worries.leave, name="leave"),
                path("worries/<uuid:pk>/talk/", worries.talk, name="talk"),
                path("out-of-sight/", sight.hidden, name="out_of_sight"),
                path("out-of-sight/with/<uuid:pk>/", sight.several, name="several"),
                path("appeal/<uuid:pk>/", sight.appeal, name="appeal"),
                path("look-again/<uuid:pk>/", sight.decide, name="decide"),
                path("who-read/", sight.readings, name="readings"),
                path("not-safe/", safety.not_safe, name="not_safe"),
                path("safety/", safety.concerns, name="concerns"),
                path("safety/<uuid:pk>/", safety.concern, name="concern"),
                path("safety/<uuid:pk>/open/", safety.ask_to_open, name="open"),
                path("safety/openings/<uuid:pk>/", safety.agree, name="agree"),
            ]
        ),
    ),
]
