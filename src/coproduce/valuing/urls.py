from typing import Any

app_name = "valuing"
urlpatterns: list[Any] = []
