from typing import Any

app_name = "priorities"
urlpatterns: list[Any] = []
