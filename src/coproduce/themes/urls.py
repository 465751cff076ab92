"""Addresses of themes, below ``/s/<slug>/themes/``. ``theme`` itself stands in ``config.urls``."""

from django.urls import URLPattern, path

from coproduce.themes import views, views_board, views_changing, views_coding, views_comparing, views_reading

app_name = "themes"
urlpatterns: list[URLPattern] = [
    path("", views.themes, name="themes"),
    path("name/", views.name_theme, name="name_theme"),
    path("link/<uuid:contribution>/", views.link, name="link"),
    path("board/", views_board.board, name="board"),
    path("board/back/", views_board.move_back, name="move_back"),
    path("compare/", views_comparing.compare, name="compare"),
    path("coding/", views_coding.coding, name="coding"),
    path("<uuid:pk>/talk/<uuid:contribution>/", views_coding.talk, name="talk"),
    path("<uuid:pk>/talk/<uuid:contribution>/their-way/", views_coding.their_way, name="their_way"),
    path("read/next/", views_reading.next_words, name="next_to_read"),
    path("read/<uuid:contribution>/", views_reading.read, name="read"),
    path("<uuid:pk>/rename/", views.rename, name="rename"),
    path("<uuid:pk>/merge/", views.merge, name="merge"),
    path("<uuid:pk>/split/", views.split, name="split"),
    path("<uuid:pk>/place/", views_changing.place, name="place"),
    path("<uuid:pk>/colour/", views_changing.colour, name="colour"),
    path("<uuid:pk>/changes/<uuid:change>/undo/", views_changing.undo, name="undo"),
    path("<uuid:pk>/links/<uuid:link>/end/", views.end_link, name="end_link"),
]
