from typing import Any

app_name = "traces"
urlpatterns: list[Any] = []
