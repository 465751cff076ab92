from django.urls import path

from coproduce.exchange import views

app_name = "exchange"
urlpatterns = [
    path("", views.export, name="export"),
    path("copy.jsonl", views.export_file, name="export_file"),
    path("file/<slug:kind>/", views.take, name="take"),
    path("table/", views.import_csv, name="import_csv"),
    path("table/<uuid:pk>/", views.columns, name="columns"),
    path("project/<uuid:pk>/", views.project, name="project"),
]
