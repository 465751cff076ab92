from typing import Any

app_name = "ballots"
urlpatterns: list[Any] = []
