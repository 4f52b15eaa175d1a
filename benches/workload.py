#!/usr/bin/env python3
"""Generates a grants ledger of a chosen size, the same facts in several formats.

    workload.py --transactions 100000 --seed 1 --out DIR

The same arguments give the same bytes. Every recipient is invented. Written to DIR:

    awards.csv, repurposes.csv, payments.csv   columns that `almoner import` reads
    held-back.csv                              later payments, not in the other files, to append one by one
    ledger.journal                             the same facts for hledger, for ledger and for okane
    ledger.beancount                           the same facts for beancount and for rustledger
    ledger.txn                                 the same facts for tackler
    expected.json                              the answers expected of every tool, in pence

A transaction is an award, a payment or a change of purpose. About 22% are awards, 77% payments and 0.5% changes of
purpose. Awards are decided over ten years; each is paid in full, in one to six payments. A payment is reported under
the theme in force on the day it is made, so one made on or after a change of purpose carries the new theme.
"""

import argparse
import csv
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

FIRST_DECISION = date(2010, 4, 1)
LAST_DECISION = date(2020, 3, 31)
FINANCIAL_YEAR = "2015-16"
YEAR_FIRST_DAY = date(2015, 4, 1)
YEAR_LAST_DAY = date(2016, 3, 31)

MOST_PAYMENTS = 6
HELD_BACK = 50
FEWEST_TRANSACTIONS = 1000

POWER_OF_FUND = {"cdr": "s9", "victims": "s143"}
FUND_WEIGHTS = [("cdr", 2), ("victims", 1)]
THEME_WEIGHTS = [
    ("domestic-abuse", 16),
    ("youth-diversion", 15),
    ("anti-social-behaviour", 12),
    ("substance-misuse", 11),
    ("vulnerable-victims", 10),
    ("child-sexual-abuse", 9),
    ("public-space-safety", 7),
    ("hate-crime", 6),
    ("restorative-justice", 5),
    ("rural-crime", 4),
    ("road-safety", 3),
    ("fraud-prevention", 2),
]
THEMES = [theme for theme, _ in THEME_WEIGHTS]
# Many small grants and a few large ones: whole pounds from, to, and weight.
AMOUNT_BANDS = [
    ((500, 2_000), 20),
    ((2_000, 10_000), 36),
    ((10_000, 50_000), 30),
    ((50_000, 250_000), 12),
    ((250_000, 500_000), 2),
]
PERIOD_MONTHS = [(6, 2), (9, 1), (12, 6), (18, 2), (24, 4), (36, 3), (48, 1), (60, 1)]

PLACES = [
    "Aldeburgh", "Beccles", "Brandon", "Bungay", "Bury St Edmunds", "Clare", "Debenham", "Eye",
    "Felixstowe", "Framlingham", "Hadleigh", "Halesworth", "Haverhill", "Ipswich", "Kesgrave", "Leiston",
    "Lowestoft", "Mildenhall", "Needham Market", "Newmarket", "Saxmundham", "Stowmarket", "Sudbury", "Woodbridge",
]  # fmt: skip
CAUSES = [
    "Women's Refuge", "Youth & Families", "Children's Corner", "Lantern", "Farmers' Watch", "Second Chance",
    "Safe Streets", "Listening Ear", "Young People's Theatre", "Mediation", "Drugs & Alcohol", "Men's Shed",
    "Bright Futures", "Night Shelter", "Carers' Rest", "Neighbours",
]  # fmt: skip
BODIES = [
    "Trust", "Project", "CIC", "Partnership, Ltd", "Forum", "Centre", "Network", "Action & Advice", "Society",
    "Fund, Incorporated",
]  # fmt: skip

T = TypeVar("T")


class Dice:
    """Random draws that are the same in every version of Python 3, which only `random()` guarantees."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def between(self, low: int, high: int) -> int:
        return low + int(self._random() * (high - low + 1))

    def percent(self, chance: int) -> bool:
        return self.between(1, 100) <= chance

    def weighted(self, choices: Sequence[tuple[T, int]]) -> T:
        left = self.between(1, sum(weight for _, weight in choices))
        for choice, weight in choices:
            left -= weight
            if left <= 0:
                return choice
        raise AssertionError("the weights add up to less than their sum")


@dataclass(frozen=True)
class Recipient:
    id: str
    name: str
    place: str


@dataclass
class Change:
    """A change of purpose: from `day` on, the award is spent under `theme`."""

    award: "Award"
    day: date
    theme: str
    decision: str = ""


@dataclass
class Payment:
    award: "Award"
    day: date
    pence: int
    reference: str = ""

    @property
    def theme(self) -> str:
        return self.award.theme_on(self.day)


@dataclass
class Award:
    recipient: Recipient
    decided: date
    pence: int
    theme: str
    fund: str
    first_day: date
    last_day: date
    payments: list[Payment] = field(default_factory=list)
    change: Change | None = None
    decision: str = ""

    def theme_on(self, day: date) -> str:
        if self.change is not None and day >= self.change.day:
            return self.change.theme
        return self.theme


@dataclass
class Workload:
    recipients: list[Recipient]
    awards: list[Award]
    changes: list[Change]
    payments: list[Payment]
    held_back: list[Payment]


# Making the facts


def make_workload(transactions: int, seed: int) -> Workload:
    dice = Dice(seed)
    recipients = [make_recipient(number) for number in range(max(25, transactions // 36))]
    awards: list[Award] = []
    left = transactions + HELD_BACK
    while left > 0:
        award = make_award(dice, recipients, THEMES[len(awards)] if len(awards) < len(THEMES) else None)
        add_payments(dice, award, payments_that_fit(dice.between(1, MOST_PAYMENTS), left))
        # The last few awards have no change, so that the count is exact.
        if left > MOST_PAYMENTS + 3 and dice.between(1, 1000) <= 22:
            add_change(dice, award)
        left -= 1 + len(award.payments) + (award.change is not None)
        awards.append(award)
    awards.sort(key=lambda award: award.decided)
    changes = sorted((award.change for award in awards if award.change), key=lambda change: change.day)
    number_decisions(awards, changes)
    payments = sorted((p for award in awards for p in award.payments), key=lambda payment: payment.day)
    for number, payment in enumerate(payments, start=1):
        payment.reference = f"P{number:08d}"
    # The latest ones, so that appending them does not change the figures of the year under test.
    held_back = payments[-HELD_BACK:]
    if held_back[0].day <= YEAR_LAST_DAY:
        raise ValueError("too few transactions: a payment of the year under test would be reserved")
    return Workload(recipients, awards, changes, payments[:-HELD_BACK], held_back)


def make_recipient(number: int) -> Recipient:
    combinations = len(PLACES) * len(CAUSES) * len(BODIES)
    # A stride that shares no factor with the number of combinations visits each of them once before any repeats.
    rest = number * 1009 % combinations
    rest, place = divmod(rest, len(PLACES))
    body, cause = divmod(rest, len(CAUSES))
    name = f"{PLACES[place]} {CAUSES[cause]} {BODIES[body]}"
    branch = number // combinations
    if branch:
        name += f" No. {branch + 1}"
    return Recipient(f"R{number + 1:05d}", name, PLACES[place])


def make_award(dice: Dice, recipients: list[Recipient], theme: str | None) -> Award:
    decided = FIRST_DECISION + timedelta(days=dice.between(0, (LAST_DECISION - FIRST_DECISION).days))
    first_day = decided + timedelta(days=dice.between(14, 90))
    low, high = dice.weighted(AMOUNT_BANDS)
    pence = dice.between(low, high) * 100
    if dice.percent(30):
        pence += dice.between(1, 99)
    return Award(
        # A draw below a draw: some recipients recur often, most of them seldom.
        recipient=recipients[dice.between(0, dice.between(0, len(recipients) - 1))],
        decided=decided,
        pence=pence,
        theme=theme or dice.weighted(THEME_WEIGHTS),
        fund=dice.weighted(FUND_WEIGHTS),
        first_day=first_day,
        last_day=months_later(first_day, dice.weighted(PERIOD_MONTHS)) - timedelta(days=1),
    )


def months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, 28))


def last_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def payments_that_fit(wanted: int, left: int) -> int:
    """Returns how many payments an award may have so that the rest is zero or enough for another award."""
    if left <= MOST_PAYMENTS + 1:
        return left - 1
    if left == MOST_PAYMENTS + 2:
        return min(wanted, MOST_PAYMENTS - 1)
    return wanted


def add_payments(dice: Dice, award: Award, count: int) -> None:
    """Splits the award unevenly and exactly, and pays each part up to 20 days after its share of the period begins."""
    weights = [dice.between(80, 120) for _ in range(count)]
    days = (award.last_day - award.first_day).days
    paid_before = 0
    for number in range(count):
        paid_after = award.pence * sum(weights[: number + 1]) // sum(weights)
        day = award.first_day + timedelta(days=days * number // count + dice.between(0, 20))
        award.payments.append(Payment(award, day, paid_after - paid_before))
        paid_before = paid_after


def add_change(dice: Dice, award: Award) -> None:
    """After the award and before its last payment; sometimes on the day of a payment, which is the difficult case."""
    last = award.payments[-1].day
    if len(award.payments) > 2 and dice.percent(25):
        day = award.payments[dice.between(1, len(award.payments) - 2)].day
    else:
        day = award.decided + timedelta(days=dice.between(1, (last - award.decided).days - 1))
    step = dice.between(1, len(THEMES) - 1)
    theme = THEMES[(THEMES.index(award.theme) + step) % len(THEMES)]
    award.change = Change(award, day, theme)


def number_decisions(awards: list[Award], changes: list[Change]) -> None:
    """Numbers decisions in one series for each calendar year, by date and without gaps, as an office does."""
    dated: list[tuple[date, Award | Change]] = [(award.decided, award) for award in awards]
    dated += [(change.day, change) for change in changes]
    dated.sort(key=lambda pair: pair[0])
    last_number: Counter[int] = Counter()
    for day, act in dated:
        last_number[day.year] += 1
        act.decision = f"{last_number[day.year]}-{day.year}"


# Writing them down


def pounds(pence: int) -> str:
    sign = "-" if pence < 0 else ""
    return f"{sign}{abs(pence) // 100}.{abs(pence) % 100:02d}"


def words(theme: str) -> str:
    return theme.replace("-", " ")


def write_csv(path: Path, header: str, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split())
        writer.writerows(rows)


def write_csvs(workload: Workload, out: Path) -> None:
    write_csv(
        out / "awards.csv",
        "id decision decided recipient recipient_id amount purpose theme fund power from to",
        (
            (
                award.decision, award.decision, award.decided, award.recipient.name, award.recipient.id,
                pounds(award.pence), f"To work on {words(award.theme)} in and around {award.recipient.place}",
                award.theme, award.fund, POWER_OF_FUND[award.fund], award.first_day, award.last_day,
            )
            for award in workload.awards
        ),
    )  # fmt: skip
    write_csv(
        out / "repurposes.csv",
        "award decision date purpose theme",
        (
            (c.award.decision, c.decision, c.day, f"Turned to {words(c.theme)} from here on", c.theme)
            for c in workload.changes
        ),
    )
    for name, payments in (("payments.csv", workload.payments), ("held-back.csv", workload.held_back)):
        rows = ((p.award.decision, p.day, pounds(p.pence), p.reference) for p in payments)
        write_csv(out / name, "award date amount reference", rows)


@dataclass(frozen=True)
class Entry:
    """One journal transaction, for any tool."""

    day: date
    code: str
    award: Award
    postings: list[tuple[str, int]]


def spent_on(theme: str) -> str:
    return f"expenditure:grants:{theme}"


def committed_for(theme: str) -> str:
    return f"memo:commitments:{theme}"


def outstanding(fund: str) -> str:
    return f"memo:awards-outstanding:{fund}"


def bank(fund: str) -> str:
    return f"assets:bank:{fund}"


def accounts() -> list[str]:
    by_theme = [account(theme) for account in (spent_on, committed_for) for theme in THEMES]
    by_fund = [account(fund) for account in (bank, outstanding) for fund in POWER_OF_FUND]
    return by_theme + by_fund


def award_entry(award: Award) -> Entry:
    postings = [(committed_for(award.theme), award.pence), (outstanding(award.fund), -award.pence)]
    return Entry(award.decided, award.decision, award, postings)


def change_entry(change: Change) -> Entry:
    award = change.award
    unpaid = sum(payment.pence for payment in award.payments if payment.day >= change.day)
    postings = [(committed_for(change.theme), unpaid), (committed_for(award.theme), -unpaid)]
    return Entry(change.day, change.decision, award, postings)


def payment_entry(payment: Payment) -> Entry:
    fund, theme, pence = payment.award.fund, payment.theme, payment.pence
    postings = [
        (spent_on(theme), pence),
        (bank(fund), -pence),
        (outstanding(fund), pence),
        (committed_for(theme), -pence),
    ]
    return Entry(payment.day, payment.reference, payment.award, postings)


def entries(workload: Workload) -> Iterator[Entry]:
    """By date; on one day, awards come first and payments last. (Sorting is stable.)"""
    everything = [award_entry(award) for award in workload.awards]
    everything += [change_entry(change) for change in workload.changes]
    everything += [payment_entry(payment) for payment in workload.payments]
    everything.sort(key=lambda entry: entry.day)
    yield from everything


def journal_text(entry: Entry) -> str:
    return text_of(f"{entry.day} * ({entry.code}) {entry.award.recipient.name}", entry)


def tackler_text(entry: Entry) -> str:
    return text_of(f"{entry.day} ({entry.code}) '{entry.award.recipient.name}", entry)


def text_of(heading: str, entry: Entry) -> str:
    lines = [
        heading,
        f"    ; grant: {entry.award.decision}",
        f"    ; recipient: {entry.award.recipient.id}",
        f"    ; fund: {entry.award.fund}",
    ]
    lines += [f"    {account:<44} {pounds(pence):>12} GBP" for account, pence in entry.postings]
    return "\n".join(lines) + "\n\n"


def journal_head() -> str:
    declared = "".join(f"account {account}\n" for account in accounts())
    return f"commodity GBP\n    format 1000.00 GBP\n\n{declared}\n"


def beancount_account(account: str) -> str:
    """Converts to the five roots of Beancount, where each part begins with a capital."""
    parts = [part[0].upper() + part[1:] for part in account.split(":")]
    root = {"Expenditure": ["Expenses"], "Memo": ["Equity", "Memo"]}.get(parts[0], parts[:1])
    return ":".join(root + parts[1:])


BEANCOUNT_ACCOUNTS = {account: beancount_account(account) for account in accounts()}


def beancount_text(entry: Entry) -> str:
    lines = [
        f'{entry.day} * "{entry.award.recipient.name}" "{entry.code}"',
        f'  grant: "{entry.award.decision}"',
        f'  recipient: "{entry.award.recipient.id}"',
        f'  fund: "{entry.award.fund}"',
    ]
    lines += [f"  {BEANCOUNT_ACCOUNTS[account]:<44} {pounds(pence):>12} GBP" for account, pence in entry.postings]
    return "\n".join(lines) + "\n\n"


def beancount_head() -> str:
    opened = "".join(f"{FIRST_DECISION} open {account} GBP\n" for account in BEANCOUNT_ACCOUNTS.values())
    return f'option "operating_currency" "GBP"\n\n{FIRST_DECISION} commodity GBP\n{opened}\n'


def write_journal(path: Path, head: str, text: Callable[[Entry], str], facts: Iterable[Entry]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(head)
        file.writelines(text(entry) for entry in facts)


def sample(workload: Workload) -> dict[str, object]:
    """Returns a grant in the middle and its recipient, with the amounts paid."""
    award = workload.awards[len(workload.awards) // 2]
    paid = [payment for payment in workload.payments if payment.award.recipient is award.recipient]
    return {
        "grant": award.decision,
        "paid_to_grant": sum(payment.pence for payment in paid if payment.award is award),
        "recipient": award.recipient.id,
        "paid_to_recipient": sum(payment.pence for payment in paid),
    }


FORMATS: dict[str, tuple[Callable[[], str], Callable[[Entry], str]]] = {
    "journal": (journal_head, journal_text),
    "beancount": (beancount_head, beancount_text),
    "txn": (lambda: "", tackler_text),
}


def expected_figures(workload: Workload, seed: int) -> dict[str, object]:
    by_theme: Counter[str] = Counter()
    by_month: Counter[str] = Counter()
    by_theme_of_all_years: Counter[str] = Counter()
    for payment in workload.payments:
        by_theme_of_all_years[payment.theme] += payment.pence
        if YEAR_FIRST_DAY <= payment.day <= YEAR_LAST_DAY:
            by_theme[payment.theme] += payment.pence
            by_month[f"{payment.day:%Y-%m}"] += payment.pence
    return {
        "seed": seed,
        "transactions": len(workload.awards) + len(workload.payments) + len(workload.changes),
        "awards": len(workload.awards),
        "payments": len(workload.payments),
        "changes": len(workload.changes),
        "recipients": len({award.recipient.id for award in workload.awards}),
        "year": {
            "name": FINANCIAL_YEAR,
            "from": str(YEAR_FIRST_DAY),
            "to": str(YEAR_LAST_DAY),
            "paid_by_theme": dict(sorted(by_theme.items())),
            "paid_by_month": dict(sorted(by_month.items())),
        },
        "sample": sample(workload),
        "all_years": {
            "from": str(FIRST_DECISION),
            "to": str(last_of_month(workload.held_back[-1].day)),
            "paid_by_theme": dict(sorted(by_theme_of_all_years.items())),
        },
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="Generates a grants ledger, the same facts in several formats.")
    parser.add_argument("--transactions", type=int, default=100_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--formats", default=",".join(FORMATS), metavar="NAME[,NAME...]", help="formats other than CSV")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    args = parser.parse_args()
    if args.transactions < FEWEST_TRANSACTIONS:
        parser.error(f"--transactions must be {FEWEST_TRANSACTIONS} or more")
    workload = make_workload(args.transactions, args.seed)
    expected = expected_figures(workload, args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    write_csvs(workload, args.out)
    for name in filter(None, args.formats.split(",")):
        if name in FORMATS:
            head, text = FORMATS[name]
            write_journal(args.out / f"ledger.{name}", head(), text, entries(workload))
    (args.out / "expected.json").write_text(json.dumps(expected, indent=2) + "\n", encoding="utf-8")
    print(", ".join(f"{expected[key]} {key}" for key in ("transactions", "awards", "payments", "changes")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
