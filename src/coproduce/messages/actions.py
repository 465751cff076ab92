"""Choosing whether we write, and writing: bundled, at each person's own rhythm, never in their quiet hours."""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import NamedTuple

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.conversation.queries import something_new_for
from coproduce.conversation.seasons import season_of
from coproduce.messages.models import LetterChoice, Letters, News, Reminders
from coproduce.messages.queries import ended_since, places_to_tell_of, stop_token
from coproduce.outcomes.queries.waiting import promises_of, something_came_for
from coproduce.people.models import Person
from coproduce.spaces.models import Membership, Space

log = logging.getLogger(__name__)
A_WEEK = timedelta(days=7)


# no event: whether somebody wants mail is their own affair
@transaction.atomic
def choose_letters(
    *, actor: Person, news: str, letter: str, may_name: bool, quiet: tuple[int, int], promises: str = Reminders.NEVER
) -> LetterChoice:
    """Choose how often to hear from us. quiet: from which hour until which nothing is sent. The rhythm begins now.

    promises: how often to be reminded of what one promised.
    """
    now = clock.now()
    wanted = {
        "news": News(news).value,
        "letter": Letters(letter).value,
        "promises": Reminders(promises).value,
        "may_name": may_name,
        "quiet_from": quiet[0],
        "quiet_until": quiet[1],
        "chosen_at": now,
        "news_at": now,
        "letter_at": now,
        "promises_at": now,
    }
    chosen, _is_new = LetterChoice.objects.update_or_create(person=actor, defaults=wanted)
    chosen.full_clean()
    return chosen


# no actor because whoever holds the link from the mail may stop it, signed in or not
@transaction.atomic
def stop_writing(*, choice: LetterChoice) -> LetterChoice:
    """Write to this person no more."""
    choice.news, choice.letter, choice.promises = News.NEVER, Letters.NEVER, Reminders.NEVER
    choice.save(update_fields=["news", "letter", "promises"])
    return choice


def write_to_everybody_due(*, address: str) -> int:
    """Send what is due now, at most one mail to a person; how many mails went out.

    address: where this installation is reached, such as ``https://together.example.org``. Two of these at once send
    nothing twice, and a mail that the server did not take is tried again the next time.
    """
    sent = 0
    wanted = LetterChoice.objects.exclude(news=News.NEVER, letter=Letters.NEVER, promises=Reminders.NEVER)
    wanted = wanted.filter(person__account__is_active=True)
    hour = timezone.localtime(clock.now()).hour
    for choice in wanted.select_related("person__account").order_by("pk").iterator(chunk_size=500):
        if not choice.is_quiet(hour):
            sent += _write_to(choice, address)
    return sent


def _write_to(choice: LetterChoice, address: str) -> int:
    is_due = {"news_at": _news_due(choice), "letter_at": _letter_due(choice), "promises_at": _promises_due(choice)}
    due = [name for name in is_due if is_due[name]]
    if not due or choice.person.account is None or not _claim(choice, due):
        return 0
    places = places_to_tell_of(choice.person)
    news = [place.space for place in places if "news_at" in due and _is_news(choice, place)]
    if "news_at" in due:
        news += [space for space in ended_since(choice.person, choice.news_at) if space not in news]
    letters = [place.space for place in places] if "letter_at" in due else []
    promised = [one.space for one in places if "promises_at" in due and promises_of(choice.person, one.space)]
    if not news and not letters and not promised:
        return 0
    try:
        with translation.override(choice.person.language):
            _mail(choice, Due(news, letters, promised), address, to=choice.person.account.email).send()
    except (SMTPException, OSError) as why:
        log.error("A letter could not be sent: %s", type(why).__name__)
        LetterChoice.objects.filter(pk=choice.pk).update(**{name: getattr(choice, name) for name in due})
        return 0
    return 1


def _is_news(choice: LetterChoice, place: Membership) -> bool:
    """Whether there is anything since we last looked that the person has not come to see by themselves."""
    since = max(choice.news_at, place.last_here_at or choice.news_at)
    person, space = choice.person, place.space
    return something_new_for(person, space, since) or something_came_for(person, space, since)


def _claim(choice: LetterChoice, due: list[str]) -> bool:
    """Note that it is looked after now, unless another process did so in the meantime."""
    as_it_was = {name: getattr(choice, name) for name in due}
    chosen = {"news": choice.news, "letter": choice.letter, "promises": choice.promises}
    held = LetterChoice.objects.filter(pk=choice.pk, **chosen, **as_it_was)
    return bool(held.update(**dict.fromkeys(due, clock.now())))


def _news_due(choice: LetterChoice) -> bool:
    if choice.news == News.WEEKLY:
        return clock.now() - choice.news_at >= A_WEEK
    return choice.news == News.SEASON and _another_season(choice.news_at)


def _letter_due(choice: LetterChoice) -> bool:
    if choice.letter == Letters.MONTH:
        return timezone.localdate(choice.letter_at).replace(day=1) < clock.today().replace(day=1)
    return choice.letter == Letters.SEASON and _another_season(choice.letter_at)


def _promises_due(choice: LetterChoice) -> bool:
    if choice.promises == Reminders.WEEKLY:
        return clock.now() - choice.promises_at >= A_WEEK
    if choice.promises == Reminders.MONTH:
        return timezone.localdate(choice.promises_at).replace(day=1) < clock.today().replace(day=1)
    return choice.promises == Reminders.SEASON and _another_season(choice.promises_at)


def _another_season(moment: datetime) -> bool:
    return season_of(timezone.localdate(moment)) != season_of(clock.today())


class Due(NamedTuple):
    """What a mail tells of, by space: news, letters that are ready, and promises that are still to do."""

    news: list[Space]
    letters: list[Space]
    promised: list[Space]


def _mail(choice: LetterChoice, due: Due, address: str, *, to: str) -> EmailMessage:
    """The one mail. It holds no words of anybody, and names a space only for somebody who asked for that."""
    stop, named = address + reverse("messages:stop", args=[stop_token(choice)]), choice.may_name
    words = {
        "name": choice.person.chosen_name,
        "has_news": bool(due.news),
        "has_letter": bool(due.letters),
        "has_promised": bool(due.promised),
        "news": [(space.name, address + space.get_absolute_url()) for space in due.news] if named else [],
        "letters": _named(due.letters, address, "reports:letter") if named else [],
        "promised": _named(due.promised, address, "outcomes:mine") if named else [],
        "spaces": address + reverse("spaces:your_spaces"),
        "link": address + reverse("messages:letters"),
        "stop": stop,
    }
    subject = _("Your letter is ready") if due.letters else _("There is something for you")
    if not due.letters and not due.news:
        subject = _("You asked us to remind you")
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    body = render_to_string("coproduce_messages/mail/letter.txt", words)
    return EmailMessage(subject, body, to=[to], headers=headers)


def _named(spaces: list[Space], address: str, page: str) -> list[tuple[str, str]]:
    return [(space.name, address + reverse(page, args=[space.slug])) for space in spaces]
