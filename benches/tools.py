"""The tools that are compared: how to query each for a figure, and how to read its answer."""

import csv
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from running import AWARDS, PAYMENTS, REPURPOSES, Failed, Run, Runner, note

JOURNAL, BEANCOUNT_FILE, TACKLER_FILE = "workload/ledger.journal", "workload/ledger.beancount", "workload/ledger.txn"
SPENT = "expenditure:grants:"
LOADS = 3
LOAD_ALL = "load all three files"

Figures = dict[str, int]


@dataclass(frozen=True)
class Span:
    first_day: date
    last_day: date
    financial_year: str | None = None

    @property
    def day_after(self) -> date:
        return self.last_day + timedelta(days=1)


@dataclass(frozen=True)
class Expected:
    year: Span
    paid_by_theme: Figures
    paid_by_month: Figures
    all_years: Span
    paid_by_theme_of_all_years: Figures
    grant: str
    paid_to_grant: int
    recipient: str
    paid_to_recipient: int


def read_expected(path: Path) -> Expected:
    facts = json.loads(path.read_text(encoding="utf-8"))

    def span(part: dict[str, str]) -> Span:
        return Span(date.fromisoformat(part["from"]), date.fromisoformat(part["to"]), part.get("name"))

    year, all_years, sample = facts["year"], facts["all_years"], facts["sample"]
    return Expected(
        span(year), year["paid_by_theme"], year["paid_by_month"], span(all_years), all_years["paid_by_theme"],
        sample["grant"], sample["paid_to_grant"], sample["recipient"], sample["paid_to_recipient"],
    )  # fmt: skip


@dataclass(frozen=True)
class Question:
    """A question to a tool, and the figures expected before its times count."""

    what: str
    command: list[str]
    read: Callable[[str], Figures]
    wanted: Figures


# Reading figures: exact pence, in strict notation


def pence(text: str) -> int:
    match = re.fullmatch(r"(-?)(\d+)(?:\.(\d\d))?(?: GBP)?", text.strip())
    if match is None:
        raise Failed(f"not an amount in pounds and pence: {text!r}")
    sign, whole, hundredths = match.groups()
    amount = int(whole) * 100 + int(hundredths or 0)
    return -amount if sign else amount


def pounds(amount: int) -> str:
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100:,}.{abs(amount) % 100:02d}"


def figures(pairs: Iterable[tuple[str, str]]) -> Figures:
    """Adds up the amounts of each heading and leaves out those with zero, which some tools list."""
    sums: Figures = {}
    for heading, amount in pairs:
        sums[heading] = sums.get(heading, 0) + pence(amount)
    return {heading: amount for heading, amount in sums.items() if amount}


def csv_rows(text: str) -> list[list[str]]:
    return [row for row in csv.reader(text.splitlines()) if row]


def tab_separated(text: str) -> list[tuple[str, str]]:
    return [(heading, amount) for heading, amount in (line.split("\t") for line in text.splitlines() if line.strip())]


# Files of the workload


def hold_back(work: Path, rows: int) -> list[Path]:
    """Takes the last payments, twice so many, out of the file into two files of their own."""
    path = work / PAYMENTS
    with path.open(encoding="utf-8", newline="") as file:
        heading, *payments = list(csv.reader(file))
    if len(payments) < 3 * rows:
        raise Failed(f"there are {len(payments)} payments, too few to import {rows} twice")
    cuts = [(path, payments[: -2 * rows])]
    later = [work / "workload" / f"later-{number}.csv" for number in (1, 2)]
    cuts += [(later[0], payments[-2 * rows : -rows]), (later[1], payments[-rows:])]
    for place, some in cuts:
        with place.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([heading, *some])
    return later


def sum_of(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(pence(row["amount"]) for row in csv.DictReader(file))


# The tools


class Tool:
    """How to query one tool for the figures, and how to read its answers."""

    name: str
    program: str
    version_flags: tuple[str, ...] = ("--version",)
    # The files that it reads, which are all it knows of the workload.
    files: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.path = shutil.which(self.program)

    def installed(self) -> bool:
        return self.path is not None

    def command(self, *words: object) -> list[str]:
        return [str(self.path), *map(str, words)]

    def load(self, runner: Runner) -> dict[str, list[Run]]:
        """Loads the CSV files; does nothing for the tools that read their text files each time."""
        return {}

    def themes(self, span: Span) -> list[str]:
        raise NotImplementedError

    def read_themes(self, text: str) -> Figures:
        raise NotImplementedError

    def months(self, span: Span) -> list[str] | None:
        raise NotImplementedError

    def read_months(self, text: str) -> Figures:
        raise NotImplementedError

    def questions(self, expected: Expected) -> Iterator[Question]:
        """The questions that are timed and checked; the slow tools have no others."""
        year = expected.year
        yield Question(
            f"by theme, {year.financial_year}", self.themes(year), self.read_themes, expected.paid_by_theme
        )
        months = self.months(year)
        if months is not None:
            yield Question(f"by month, {year.financial_year}", months, self.read_months, expected.paid_by_month)

    def append(self, number: int, payment: dict[str, str], work: Path) -> list[str] | None:
        """The command that durably records one more payment; None for a tool without such a command."""
        return None

    def upkeep(self) -> dict[str, list[str]]:
        """Commands that answer no question: help, verification and rebuilding the index."""
        return {}


class Almoner(Tool):
    name = "almoner"

    def __init__(self, path: Path) -> None:
        self.path = str(path.resolve())
        self.ledger = ""
        self.known_at = 0

    def installed(self) -> bool:
        return self.path is not None and os.access(self.path, os.X_OK)

    def on_ledger(self, *words: object) -> list[str]:
        return self.command("-L", self.ledger, *words)

    def load(self, runner: Runner) -> dict[str, list[Run]]:
        imports = [
            ("import awards", ("awards", AWARDS, "--add-missing")),
            ("import repurposes", ("repurposes", REPURPOSES)),
            ("import payments", ("payments", PAYMENTS)),
        ]
        runs: dict[str, list[Run]] = {what: [] for what, _ in imports}
        for number in range(1, LOADS + 1):
            if self.ledger:
                shutil.rmtree(runner.work / self.ledger)
            self.ledger = f"load-{number}.ledger"
            runner.run(self.on_ledger("init", "--body", "Benchmark Police and Crime Commissioner"))
            for what, words in imports:
                note(f"{what}: {self.name}, load {number} of {LOADS}")
                runs[what].append(runner.run(self.importing(runner, *words), weigh=True))
        whole = [
            Run(sum(run.seconds for run in load), max(run.peak_kib for run in load))
            for load in zip(*runs.values(), strict=True)
        ]
        # The record before the first payment, as known at which there are no payments.
        asked = self.on_ledger("report", "trial-balance", "--format", "json")
        report = json.loads(runner.run(asked).output)
        with (runner.work / PAYMENTS).open(encoding="utf-8", newline="") as file:
            self.known_at = report["known_at"]["record"] - sum(1 for _ in csv.reader(file)) + 1
        return {**runs, LOAD_ALL: whole}

    def importing(self, runner: Runner, kind: str, path: object, *words: str) -> list[str]:
        """Returns the command that imports a file, with the confirmation that it needs: of so many invented payments
        some are alike."""
        command = self.on_ledger("import", kind, path, *words)
        if kind == "payments":
            try:
                runner.run([*command, "--dry-run"])
            except Failed as refused:
                number = re.search(r"--confirm-duplicates (\d+)", str(refused))
                if number is None:
                    raise
                command += ["--confirm-duplicates", number[1]]
        return command

    def span_flags(self, span: Span) -> list[str]:
        if span.financial_year:
            return ["--fy", span.financial_year]
        return ["--from", str(span.first_day), "--to", str(span.last_day)]

    def themes(self, span: Span) -> list[str]:
        return self.on_ledger("report", "themes", *self.span_flags(span), "--format", "json")

    def read_themes(self, text: str) -> Figures:
        return self.read_report(text, "theme")

    def months(self, span: Span) -> list[str]:
        return self.on_ledger("report", "periods", *self.span_flags(span), "--every", "month", "--format", "json")

    def read_months(self, text: str) -> Figures:
        return self.read_report(text, "period")

    def read_report(self, text: str, heading: str) -> Figures:
        report = json.loads(text)
        paid = figures((str(row[heading]), row["paid"]) for row in report["rows"])
        if sum(paid.values()) != pence(report["total"]["paid"]):
            raise Failed(f"almoner's rows by {heading} do not add up to the total that it prints")
        return paid

    def read_total(self, text: str) -> Figures:
        return figures([("paid", json.loads(text)["total"]["paid"])])

    def questions(self, expected: Expected) -> Iterator[Question]:
        yield from super().questions(expected)
        for kind, key, paid in (
            ("grant", expected.grant, expected.paid_to_grant),
            ("recipient", expected.recipient, expected.paid_to_recipient),
        ):
            command = self.on_ledger("report", kind, key, "--to", expected.all_years.last_day, "--format", "json")
            yield Question(f"one {kind}", command, self.read_total, {"paid": paid})
        yield Question("show one grant", self.on_ledger("show", expected.grant), lambda _: {}, {})
        earlier = [*self.themes(expected.year), "--known-at", str(self.known_at)]
        yield Question("by theme, as known before the payments", earlier, self.read_themes, {})

    def append(self, number: int, payment: dict[str, str], work: Path) -> list[str] | None:
        words = (payment["award"], payment["amount"], "--date", payment["date"], "--reference", payment["reference"])
        return self.on_ledger("pay", *words)

    def upkeep(self) -> dict[str, list[str]]:
        return {
            "help": self.command("--help"),
            "verify": self.on_ledger("verify"),
            "rebuild": self.on_ledger("rebuild"),
        }


class Hledger(Tool):
    name = program = "hledger"
    files = (JOURNAL,)

    def balance(self, span: Span, *flags: str) -> list[str]:
        period = ("--begin", span.first_day, "--end", span.day_after)
        return self.command("-f", JOURNAL, "balance", f"^{SPENT}", *period, "--no-total", "-O", "csv", *flags)

    def themes(self, span: Span) -> list[str]:
        return self.balance(span, "--flat")

    def read_themes(self, text: str) -> Figures:
        return figures((account.removeprefix(SPENT), amount) for account, amount in csv_rows(text)[1:])

    def months(self, span: Span) -> list[str]:
        return self.balance(span, "--monthly", "--depth", "2")

    def read_months(self, text: str) -> Figures:
        header, *rows = csv_rows(text)
        return figures(pair for row in rows for pair in zip(header[1:], row[1:], strict=True))

    def upkeep(self) -> dict[str, list[str]]:
        return {"verify": self.command("-f", JOURNAL, "check")}


class Ledger(Tool):
    name = program = "ledger"
    files = (JOURNAL,)

    def report(self, span: Span, *words: str) -> list[str]:
        period = ("--begin", span.first_day, "--end", span.day_after)
        return self.command("--args-only", "-f", JOURNAL, *words, f"^{SPENT}", *period)

    def themes(self, span: Span) -> list[str]:
        layout = "%(account)\\t%(display_total)\\n"
        return self.report(span, "balance", "--flat", "--no-total", "--balance-format", layout)

    def read_themes(self, text: str) -> Figures:
        return figures((account.removeprefix(SPENT), amount) for account, amount in tab_separated(text))

    def months(self, span: Span) -> list[str]:
        layout = '%(format_date(date, "%Y-%m"))\\t%(display_amount)\\n'
        return self.report(span, "register", "--monthly", "--collapse", "--register-format", layout)

    def read_months(self, text: str) -> Figures:
        return figures(tab_separated(text))


class Beancount(Tool):
    name = "beancount"
    program = "bean-query"
    files = (BEANCOUNT_FILE,)

    def query(self, columns: str, grouping: str, span: Span) -> list[str]:
        where = f"account ~ '^Expenses:Grants:' AND date >= {span.first_day} AND date < {span.day_after}"
        query = f"SELECT {columns}, sum(number) AS paid WHERE {where} GROUP BY {grouping}"
        return self.command("-f", "csv", BEANCOUNT_FILE, query)

    def themes(self, span: Span) -> list[str]:
        return self.query("account", "account", span)

    def read_themes(self, text: str) -> Figures:
        return figures((account.split(":")[-1].strip().lower(), amount) for account, amount in csv_rows(text)[1:])

    def months(self, span: Span) -> list[str]:
        return self.query("year, month", "year, month", span)

    def read_months(self, text: str) -> Figures:
        return figures((f"{int(year):04d}-{int(month):02d}", amount) for year, month, amount in csv_rows(text)[1:])

    def upkeep(self) -> dict[str, list[str]]:
        program = shutil.which("bean-check")
        return {"verify": [program, BEANCOUNT_FILE]} if program else {}


class Rustledger(Beancount):
    name = "rustledger"
    program = "rledger"

    def query(self, columns: str, grouping: str, span: Span) -> list[str]:
        return self.as_rledger(super().query(columns, grouping, span))

    def as_rledger(self, command: list[str]) -> list[str]:
        program, *words = command
        return [program, "query", *words]

    def upkeep(self) -> dict[str, list[str]]:
        return {"verify": self.command("check", BEANCOUNT_FILE)}


class Okane(Tool):
    name = program = "okane"
    files = (JOURNAL,)

    def themes(self, span: Span) -> list[str]:
        return self.command("balance", "--start", span.first_day, "--end", span.day_after, JOURNAL, f"^{SPENT}")

    def read_themes(self, text: str) -> Figures:
        pairs = (line.rsplit(": ", 1) for line in text.splitlines() if line.strip())
        return figures((account.removeprefix(SPENT), amount) for account, amount in pairs)

    def months(self, span: Span) -> None:
        """It has no sums by month."""


# It needs a configuration.
TACKLER_CONFIG = f"""
[kernel]
strict = false
audit = {{ mode = false, hash = "SHA-256" }}
timestamp = {{ default-time = 00:00:00, timezone = {{ name = "UTC" }} }}
[kernel.input]
storage = "fs"
fs = {{ path = ".", dir = ".", ext = "txn" }}
[transaction]
accounts = {{ path = "none" }}
commodities = {{ path = "none" }}
tags = {{ path = "none" }}
[report]
report-timezone = "UTC"
scale = {{ min = 2, max = 2 }}
formats = ["txt"]
accounts = ["{SPENT}.*"]
targets = ["balance"]
balance = {{ title = "Balance", type = "flat" }}
balance-group = {{ title = "By month", type = "flat", group-by = "month" }}
register = {{ title = "Register" }}
[export]
targets = []
equity = {{ equity-account = "Equity:Balance" }}
"""


class Tackler(Tool):
    name = program = "tackler"
    files = (TACKLER_FILE,)

    def load(self, runner: Runner) -> dict[str, list[Run]]:
        (runner.work / "tackler.toml").write_text(TACKLER_CONFIG, encoding="utf-8")
        return {}

    def report(self, span: Span, *words: str) -> list[str]:
        begin = {"TxnFilterTxnTSBegin": {"begin": f"{span.first_day}T00:00:00Z"}}
        end = {"TxnFilterTxnTSEnd": {"end": f"{span.day_after}T00:00:00Z"}}
        filtered = json.dumps({"txnFilter": {"TxnFilterAND": {"txnFilters": [begin, end]}}})
        files = ("--config", "tackler.toml", "--input.file", TACKLER_FILE)
        return self.command(*files, "--api-filter-def", filtered, *words)

    def themes(self, span: Span) -> list[str]:
        return self.report(span, "--reports", "balance")

    def read_themes(self, text: str) -> Figures:
        found = re.findall(rf"^ +(-?[\d.]+) +GBP +{SPENT}(\S+)$", text, re.MULTILINE)
        return figures((theme, amount) for amount, theme in found)

    def months(self, span: Span) -> list[str]:
        return self.report(span, "--reports", "balance-group", "--group-by", "month")

    def read_months(self, text: str) -> Figures:
        month, pairs = "", []
        for line in text.splitlines():
            if heading := re.match(r"(\d{4}-\d\d)", line):
                month = heading.group(1)
            elif amount := re.match(rf" +(-?[\d.]+) +GBP +{SPENT}", line):
                pairs.append((month, amount.group(1)))
        return figures(pairs)


# The theme that a payment of award `a` carries on a day.
SQLITE_THEME = """coalesce(
    (SELECT c.theme FROM change c WHERE c.award = a.id AND c.day <= {day} ORDER BY c.day DESC LIMIT 1), a.theme)"""

# In pounds, so that it is read as strictly as the answers of the other tools.
SQLITE_POUNDS = "printf('%d.%02d', sum(pence) / 100, sum(pence) % 100)"

# Every amount in the workload has two decimals, so taking the point out leaves exact pence.
SQLITE_LOAD = f"""
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA temp_store = MEMORY;
BEGIN;
CREATE TEMP TABLE award_row (id, decision, decided, recipient, recipient_id, amount, purpose, theme, fund, power,
    first_day, last_day);
CREATE TEMP TABLE change_row (award, decision, day, purpose, theme);
CREATE TEMP TABLE payment_row (award, day, amount, reference);
.import --csv --skip 1 --schema temp {AWARDS} award_row
.import --csv --skip 1 --schema temp {REPURPOSES} change_row
.import --csv --skip 1 --schema temp {PAYMENTS} payment_row
CREATE TABLE recipient (id TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE award (id TEXT PRIMARY KEY, decision TEXT NOT NULL, decided TEXT NOT NULL,
    recipient TEXT NOT NULL REFERENCES recipient, pence INTEGER NOT NULL, purpose TEXT NOT NULL, theme TEXT NOT NULL,
    fund TEXT, power TEXT, first_day TEXT, last_day TEXT) WITHOUT ROWID;
CREATE TABLE change (award TEXT NOT NULL REFERENCES award, day TEXT NOT NULL, decision TEXT NOT NULL,
    purpose TEXT NOT NULL, theme TEXT NOT NULL, PRIMARY KEY (award, day)) WITHOUT ROWID;
CREATE TABLE payment (reference TEXT PRIMARY KEY, award TEXT NOT NULL REFERENCES award, day TEXT NOT NULL,
    theme TEXT NOT NULL, pence INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO recipient SELECT DISTINCT recipient_id, recipient FROM award_row;
INSERT INTO award SELECT id, decision, decided, recipient_id, CAST(replace(amount, '.', '') AS INTEGER), purpose,
    theme, fund, power, first_day, last_day FROM award_row;
INSERT INTO change SELECT award, day, decision, purpose, theme FROM change_row;
INSERT INTO payment SELECT p.reference, p.award, p.day, {SQLITE_THEME.format(day="p.day")},
    CAST(replace(p.amount, '.', '') AS INTEGER) FROM payment_row p JOIN award a ON a.id = p.award;
CREATE INDEX payment_by_day ON payment (day, theme, pence);
CREATE INDEX payment_by_award ON payment (award, pence);
CREATE INDEX award_by_recipient ON award (recipient);
CREATE TABLE rolled_up (month TEXT NOT NULL, theme TEXT NOT NULL, pence INTEGER NOT NULL,
    PRIMARY KEY (month, theme)) WITHOUT ROWID;
INSERT INTO rolled_up SELECT substr(day, 1, 7), theme, sum(pence) FROM payment GROUP BY 1, 2;
COMMIT;
"""


class Sqlite(Tool):
    name = "SQLite"
    program = "sqlite3"
    database = ""

    def shell(self, *words: str) -> list[str]:
        return self.command("-init", os.devnull, "-batch", "-bail", "-noheader", "-separator", "\t", *words)

    def load(self, runner: Runner) -> dict[str, list[Run]]:
        (runner.work / "load.sql").write_text(SQLITE_LOAD, encoding="utf-8")
        runs = []
        for number in range(1, LOADS + 1):
            self.database = f"load-{number}.sqlite"
            note(f"{LOAD_ALL}: {self.name}, load {number} of {LOADS}")
            runs.append(runner.run(self.shell(self.database, ".read load.sql"), weigh=True))
        self.files = (self.database,)
        return {LOAD_ALL: runs}

    def paid_by(self, grouping: str, span: Span) -> list[str]:
        where = f"day BETWEEN '{span.first_day}' AND '{span.last_day}'"
        query = f"SELECT {grouping} AS heading, {SQLITE_POUNDS} FROM payment WHERE {where} GROUP BY heading"
        return self.shell(self.database, query)

    def themes(self, span: Span) -> list[str]:
        return self.paid_by("theme", span)

    def read_themes(self, text: str) -> Figures:
        return figures(tab_separated(text))

    def months(self, span: Span) -> list[str]:
        return self.paid_by("substr(day, 1, 7)", span)

    def read_months(self, text: str) -> Figures:
        return figures(tab_separated(text))

    def questions(self, expected: Expected) -> Iterator[Question]:
        yield from super().questions(expected)
        year = expected.year
        rolled_up = f"""SELECT theme, {SQLITE_POUNDS} FROM rolled_up
            WHERE month BETWEEN '{year.first_day:%Y-%m}' AND '{year.last_day:%Y-%m}' GROUP BY theme"""
        yield Question(
            f"by theme, {year.financial_year}, rolled up", self.shell(self.database, rolled_up), self.read_themes,
            expected.paid_by_theme,
        )  # fmt: skip
        for kind, key, paid in (
            ("grant", f"award = '{expected.grant}'", expected.paid_to_grant),
            (
                "recipient",
                f"award IN (SELECT id FROM award WHERE recipient = '{expected.recipient}')",
                expected.paid_to_recipient,
            ),
        ):
            query = f"SELECT 'paid', {SQLITE_POUNDS} FROM payment WHERE {key}"
            yield Question(f"one {kind}", self.shell(self.database, query), self.read_themes, {"paid": paid})

    def append(self, number: int, payment: dict[str, str], work: Path) -> list[str] | None:
        day, award, reference = (
            "'" + payment[column].replace("'", "''") + "'" for column in ("date", "award", "reference")
        )
        statement = (
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; BEGIN; "
            f"INSERT INTO payment SELECT {reference}, a.id, {day}, {SQLITE_THEME.format(day=day)}, "
            f"{pence(payment['amount'])} FROM award a WHERE a.id = {award}; "
            f"INSERT INTO rolled_up SELECT substr(day, 1, 7), theme, pence FROM payment WHERE reference = {reference} "
            "ON CONFLICT DO UPDATE SET pence = pence + excluded.pence; COMMIT"
        )
        return self.shell(self.database, statement)

    def upkeep(self) -> dict[str, list[str]]:
        return {"verify": self.shell(self.database, "PRAGMA integrity_check; PRAGMA foreign_key_check")}
