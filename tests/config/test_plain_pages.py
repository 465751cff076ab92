"""The pages that belong to no app."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["help", "paper", "server"])
def test_anyone_reads_them(name):
    answer = Client().get(reverse(name))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"


def test_large_print_stays_for_the_visit():
    client = Client()
    assert 'class="large-print"' not in client.get(reverse("help")).content.decode()
    client.post(reverse("paper"), {"size": "large"})
    assert 'class="large-print"' in client.get(reverse("help")).content.decode()
    client.post(reverse("paper"), {"size": "usual"})
    assert 'class="large-print"' not in client.get(reverse("help")).content.decode()


def test_the_keeper_is_named_as_they_wrote_it(monkeypatch):
    monkeypatch.setenv("COPRODUCE_KEEPER", "Fold Street, <ring> 01632 960001")
    assert "&lt;ring&gt; 01632 960001" in Client().get(reverse("server")).content.decode()


def test_health_says_that_the_database_answers():
    answer = Client().get(reverse("health"))
    assert answer.json()["status"] == "ok"


def test_a_wrong_address_says_what_to_do():
    answer = Client().get("/nowhere/")
    assert answer.status_code == 404
    assert "nothing here for you" in answer.content.decode()


def test_every_answer_carries_its_guards():
    answer = Client().get(reverse("help"))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
