"""A table on its way in."""

from django.db import models

from coproduce import clock
from coproduce.history.models import Identified
from coproduce.people.models import Person
from coproduce.spaces.models import Space


class Upload(Identified):
    """A table that somebody sent and has not read in yet. It goes when it was read in, and after a day."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    sent_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name
