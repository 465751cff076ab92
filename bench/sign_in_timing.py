"""Can anyone tell by the clock whether an address is known here?

    .venv/bin/python bench/sign_in_timing.py [--times 2000]

Asks for a code, and tries a wrong password, for addresses that are known and for some that are not, in turns
and in an order drawn by lot; prints the medians and the Mann–Whitney p of each pair of arms. A p above 0.01
says that this many timings could not tell them apart. The whole of Django runs, in this process, on SQLite.
"""

import argparse
import json
import logging
import os
import platform
import random
import statistics
import tempfile
import time
from itertools import combinations
from pathlib import Path

RESULTS = Path(__file__).parent / "results" / "sign_in_timing.json"
SEED = 7


def installation() -> None:
    """A fresh one of its own, with mail that is kept in a table."""
    os.environ.update(COPRODUCE_HOME=tempfile.mkdtemp(), COPRODUCE_DEMONSTRATION="1")
    os.environ["DJANGO_SETTINGS_MODULE"] = "coproduce.config.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    # The pages as drawn, without the table of names that a server reads its static files from.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    call_command("migrate", verbosity=0)


def arms(times: int) -> dict[str, list[str]]:
    """For each arm as many addresses as timings, so that no limit of tries is met."""
    from django.contrib.auth.hashers import make_password

    from coproduce.people.models import Account, Person

    password = make_password("three quiet wooden boats")
    made = {"known": make_password(None), "known, with a password": password}
    addresses = {}
    for arm, kept in made.items():
        accounts = [
            Account(email=f"{arm[:5]}{len(arm)}-{number:05}@example.org", password=kept) for number in range(times)
        ]
        Account.objects.bulk_create(accounts)
        Person.objects.bulk_create(Person(account=account, chosen_name="Someone") for account in accounts)
        addresses[arm] = [account.email for account in accounts]
    addresses["unknown"] = [f"other00-{number:05}@example.org" for number in range(times)]
    return addresses


def timed(path: str, fields: dict[str, str], network: str) -> float:
    """Milliseconds until the answer is there."""
    from django.test import Client

    client = Client(REMOTE_ADDR=network, headers={"host": "localhost"})
    begun = time.perf_counter()
    answer = client.post(path, fields)
    took = (time.perf_counter() - begun) * 1000
    assert answer.status_code in (302, 422), answer.status_code
    return took


def measure(what: str, addresses: dict[str, list[str]]) -> dict[str, list[float]]:
    """Timings for each arm, in an order drawn by lot."""
    turns = [(arm, email) for arm, emails in addresses.items() for email in emails]
    random.Random(SEED).shuffle(turns)
    taken: dict[str, list[float]] = {arm: [] for arm in addresses}
    for number, (arm, email) in enumerate(turns):
        network = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
        if what == "asking for a code":
            taken[arm].append(timed("/sign-in/", {"email": email}, network))
        else:
            fields = {"login": email, "password": "wrong wrong wrong"}
            taken[arm].append(timed("/sign-in/password/", fields, network))
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=300, help="timings for each arm (default: 300)")
    times = parser.parse_args().times
    installation()
    logging.disable(logging.WARNING)  # a refused form is noted, and here all are refused
    import django
    from scipy.stats import mannwhitneyu

    addresses = arms(times)
    rows = []
    for what in ("asking for a code", "trying a password"):
        measure(what, {"the first requests are slow": [f"warm{n}@example.org" for n in range(5)]})
        taken = measure(what, addresses)
        for one, other in combinations(taken, 2):
            p = float(mannwhitneyu(taken[one], taken[other]).pvalue)
            medians = [statistics.median(taken[arm]) for arm in (one, other)]
            rows.append({"what": what, "arms": [one, other], "medians_ms": medians, "p": p})
            print(f"{what:18} {one:23} {medians[0]:7.2f} ms   {other:23} {medians[1]:7.2f} ms   p = {p:.3f}")
    versions = {"python": platform.python_version(), "django": django.__version__}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"times": times, "seed": SEED, **versions, "rows": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
