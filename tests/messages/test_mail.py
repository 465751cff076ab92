"""Mail: kept on a page in the demonstration, sent by SMTP everywhere else."""

import email
import re
import socket

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import EmailMessage
from django.test import Client

from coproduce.config import environment
from coproduce.messages.models import Mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstration(settings):
    settings.DEMONSTRATION = True
    settings.EMAIL_BACKEND = "coproduce.messages.mailbox.MailboxBackend"


def test_in_the_demonstration_the_code_and_link_are_read_on_a_page(demonstration):
    client = Client()
    client.post("/sign-in/", {"email": "new@example.org"})
    assert 'href="/mail/"' in client.get("/sign-in/code/").content.decode()
    page = client.get("/mail/").content.decode()
    path = re.search(r'href="(/mail/[0-9a-f-]+/)"', page).group(1)
    page = client.get(path).content.decode()
    link = re.search(r'href="http://testserver(/sign-in/link/[^"]+)"', page).group(1)
    assert client.post(link).url == "/sign-in/name/"


def test_mails_are_listed_newest_first_with_a_bounded_number_of_queries(demonstration, django_assert_max_num_queries):
    EmailMessage("mail 0", "words", to=["a@example.org"]).send()
    with django_assert_max_num_queries(1):
        Client().get("/mail/")
    for number in range(1, 51):
        EmailMessage(f"mail {number}", "words", to=["a@example.org", "b@example.org"]).send()
    with django_assert_max_num_queries(1):
        page = Client().get("/mail/").content.decode()
    found = re.findall(r"mail (\d+)<", page)
    assert found == [str(number) for number in range(50, -1, -1)]
    assert "a@example.org, b@example.org" in page


def test_hostile_mail_is_shown_as_text(demonstration):
    EmailMessage(
        "<script>x</script>", 'javascript:alert(1) <img src=x onerror="x"> ' + "a" * 5000, to=["a@example.org"]
    ).send()
    page = Client().get(f"/mail/{Mail.objects.get().pk}/").content.decode()
    assert "<script>x" not in page
    assert "<img src=x" not in page
    assert 'href="javascript' not in page


def test_anywhere_else_there_is_nothing_here(settings):
    assert settings.DEMONSTRATION is False
    kept = Mail.objects.create(to="a@example.org", subject="s", body="b")
    assert Client().get("/mail/").status_code == 404
    assert Client().get(f"/mail/{kept.pk}/").status_code == 404


class Kept:
    """What an SMTP server received."""

    def __init__(self, refuse=False):
        self.received, self.refuse = [], refuse

    async def handle_DATA(self, server, session, envelope):
        if self.refuse:
            return "554 no"
        self.received.append(envelope)
        return "250 OK"


@pytest.fixture
def smtp(settings):
    """A real SMTP server on this machine, and the settings that ``COPRODUCE_MAIL`` would give for it."""
    handler = Kept()
    server = Controller(handler, hostname="127.0.0.1", port=1)
    # The controller calls at its own port to see that it is there, so it has to know the number.
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server.port = free.getsockname()[1]
    server.start()
    for name, value in environment.mail(f"smtp://127.0.0.1:{server.port}").items():
        setattr(settings, name, value)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    yield handler
    server.stop()


def test_a_mail_goes_out_by_smtp_and_lets_its_reader_in(smtp):
    client = Client()
    answer = client.post("/sign-in/", {"email": "sam+codes@example.org"})
    assert answer.url == "/sign-in/code/"
    [envelope] = smtp.received
    assert envelope.rcpt_tos == ["sam+codes@example.org"]
    message = email.message_from_bytes(envelope.content)
    assert message.get_content_type() == "text/plain"
    code = re.search(r"(\d{4} \d{4})", message["Subject"]).group(1)
    assert client.post("/sign-in/code/", {"code": code}).url == "/sign-in/name/"


def test_a_server_that_refuses_is_said_and_not_hidden(smtp):
    smtp.refuse = True
    assert Client().post("/sign-in/", {"email": "sam@example.org"}).status_code == 503
