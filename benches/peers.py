#!/usr/bin/env python3
"""Times almoner beside hledger, ledger, beancount and SQLite on the same made-up grants.

    cargo build --release && benches/peers.py

Every tool must first give the expected figures to the penny; only then is any time quoted. The times themselves never
decide success. Exit codes: 0 done; 1 a figure is wrong or a command failed; 2 wrong usage. README.md beside this file
says what is measured and how. Linux only: peak memory is read the way Linux counts it.
"""

import argparse
import csv
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

WORKLOAD_SCRIPT = Path(__file__).resolve().with_name("workload.py")
DEFAULT_ALMONER = Path(__file__).resolve().parent.parent / "target" / "release" / "almoner"

LOADS = 3
# Whole minutes would go by otherwise; the table says how many runs a figure rests on.
SLOW_SECONDS = 15.0
RUNS_WHEN_SLOW = 3
# Each run appends a payment of its own, and the workload holds back fifty.
MOST_RUNS = 49

AWARDS, REPURPOSES, PAYMENTS = "workload/awards.csv", "workload/repurposes.csv", "workload/payments.csv"
JOURNAL, BEANCOUNT_FILE = "workload/ledger.journal", "workload/ledger.beancount"
SPENT = "expenditure:grants:"

Figures = dict[str, int]


class Failed(Exception):
    """A command failed or a figure is wrong: there is nothing worth timing."""


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


@dataclass(frozen=True)
class Run:
    seconds: float
    peak_kib: int
    output: str = ""


@dataclass(frozen=True)
class Row:
    what: str
    tool: str
    runs: list[Run]
    peak_kib: int | None

    @property
    def milliseconds(self) -> list[float]:
        return [run.seconds * 1000 for run in self.runs]


# Running commands


class Runner:
    """Runs each command in a process of its own, in the work folder, out of reach of anyone's settings files."""

    def __init__(self, work: Path) -> None:
        self.work = work
        home = work / "home"
        home.mkdir()
        self.environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "NO_COLOR": "1",
            "ALMONER_USER": "benchmark",
            # Otherwise every run but the first would read a cache and not the journal.
            "BEANCOUNT_DISABLE_LOAD_CACHE": "1",
        }

    def run(self, command: list[str], weigh: bool = False) -> Run:
        """Times a command; `weigh` starts it in the way that costs a little time and makes its peak memory true.

        Linux counts what the starting process held at that moment as the new one's. A vfork shares all of this
        script's memory; a fork only what it has written to.
        """
        # The switch has an underscore and is documented all the same, with the subprocess module.
        subprocess._USE_VFORK = not weigh  # type: ignore[misc]
        out_path, err_path = self.work / "stdout", self.work / "stderr"
        with out_path.open("wb") as out, err_path.open("wb") as err:
            begin = time.perf_counter()
            process = subprocess.Popen(
                command, cwd=self.work, env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err
            )
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            said = err_path.read_text(encoding="utf-8", errors="replace").strip()[-2000:]
            raise Failed(f"exit code {process.returncode} from: {' '.join(command)}\n{said}")
        return Run(seconds, usage.ru_maxrss, out_path.read_text(encoding="utf-8"))

    def least_peak_kib(self) -> int:
        """What a program that does nothing seems to use: peaks that low cannot be told apart."""
        return max(self.run(["true"], weigh=True).peak_kib for _ in range(5))


def measure(runner: Runner, what: str, tool: str, commands: Iterator[list[str]], runs: int) -> Row:
    """One warm-up, which also gives the peak memory, then the timed runs."""
    note(f"{what}: {tool}")
    warm_up = runner.run(next(commands), weigh=True)
    if warm_up.seconds > SLOW_SECONDS:
        runs = min(runs, RUNS_WHEN_SLOW)
    return Row(what, tool, [runner.run(next(commands)) for _ in range(runs)], warm_up.peak_kib)


def repeated(command: list[str]) -> Iterator[list[str]]:
    while True:
        yield command


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# Reading figures: exact pence, and nothing that merely looks like an amount


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
    """Adds up amounts under one heading and leaves out the headings with nothing, which some tools list."""
    sums: Figures = {}
    for heading, amount in pairs:
        sums[heading] = sums.get(heading, 0) + pence(amount)
    return {heading: amount for heading, amount in sums.items() if amount}


def csv_rows(text: str) -> list[list[str]]:
    return [row for row in csv.reader(text.splitlines()) if row]


def tab_separated(text: str) -> list[tuple[str, str]]:
    return [(heading, amount) for heading, amount in (line.split("\t") for line in text.splitlines() if line.strip())]


# The tools


class Tool:
    """How to ask one tool for the figures, and how to read its answers."""

    name: str
    program: str
    version_flags: tuple[str, ...] = ("--version",)
    files: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.path = shutil.which(self.program)

    def installed(self) -> bool:
        return self.path is not None

    def command(self, *words: object) -> list[str]:
        return [str(self.path), *map(str, words)]

    def load(self, runner: Runner) -> list[Row]:
        """Does nothing for the tools that read their text files anew each time."""
        return []

    def themes(self, span: Span) -> list[str]:
        raise NotImplementedError

    def read_themes(self, text: str) -> Figures:
        raise NotImplementedError

    def months(self, span: Span) -> list[str]:
        raise NotImplementedError

    def read_months(self, text: str) -> Figures:
        raise NotImplementedError

    def append(self, number: int, payment: dict[str, str], work: Path) -> list[str] | None:
        """The command that durably records one more payment; nothing for a tool that has no such command."""
        return None

    def verify(self) -> list[str] | None:
        return None


class Almoner(Tool):
    name = "almoner"

    def __init__(self, path: Path) -> None:
        self.path = str(path.resolve())
        self.ledger = ""

    def installed(self) -> bool:
        return self.path is not None and os.access(self.path, os.X_OK)

    def on_ledger(self, *words: object) -> list[str]:
        return self.command("-L", self.ledger, *words)

    def load(self, runner: Runner) -> list[Row]:
        imports = [
            ("import awards", ("awards", AWARDS, "--add-missing")),
            ("import repurposes", ("repurposes", REPURPOSES)),
            ("import payments", ("payments", PAYMENTS)),
        ]
        runs: dict[str, list[Run]] = {what: [] for what, _ in imports}
        for number in range(1, LOADS + 1):
            self.ledger = f"load-{number}.ledger"
            runner.run(self.on_ledger("init", "--body", "Benchmark Police and Crime Commissioner"))
            for what, words in imports:
                note(f"{what}: {self.name}, load {number} of {LOADS}")
                runs[what].append(runner.run(self.on_ledger("import", *words), weigh=True))
        whole = [
            Run(sum(run.seconds for run in load), max(run.peak_kib for run in load))
            for load in zip(*runs.values(), strict=True)
        ]
        return [loading(what, self.name, each) for what, each in [*runs.items(), (LOAD_ALL, whole)]]

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

    def append(self, number: int, payment: dict[str, str], work: Path) -> list[str] | None:
        name = f"append-{number}.csv"
        with (work / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, payment.keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerow(payment)
        return self.on_ledger("import", "payments", name)

    def verify(self) -> list[str] | None:
        return self.on_ledger("verify")


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

    def verify(self) -> list[str] | None:
        return self.command("-f", JOURNAL, "check")


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

    def verify(self) -> list[str] | None:
        program = shutil.which("bean-check")
        return [program, BEANCOUNT_FILE] if program else None


# The theme that a payment of award `a` carries on a day.
SQLITE_THEME = """coalesce(
    (SELECT c.theme FROM change c WHERE c.award = a.id AND c.day <= {day} ORDER BY c.day DESC LIMIT 1), a.theme)"""

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
COMMIT;
"""


class Sqlite(Tool):
    name = "SQLite"
    program = "sqlite3"
    database = ""

    def shell(self, *words: str) -> list[str]:
        return self.command("-init", os.devnull, "-batch", "-bail", "-noheader", "-separator", "\t", *words)

    def load(self, runner: Runner) -> list[Row]:
        (runner.work / "load.sql").write_text(SQLITE_LOAD, encoding="utf-8")
        runs = []
        for number in range(1, LOADS + 1):
            self.database = f"load-{number}.sqlite"
            note(f"{LOAD_ALL}: {self.name}, load {number} of {LOADS}")
            runs.append(runner.run(self.shell(self.database, ".read load.sql"), weigh=True))
        self.files = (self.database,)
        return [loading(LOAD_ALL, self.name, runs)]

    def paid_by(self, grouping: str, span: Span) -> list[str]:
        where = f"day BETWEEN '{span.first_day}' AND '{span.last_day}'"
        # Shown in pounds, so that it is read with the same strictness as every other tool's answer.
        shown = "printf('%d.%02d', sum(pence) / 100, sum(pence) % 100)"
        query = f"SELECT {grouping} AS heading, {shown} FROM payment WHERE {where} GROUP BY heading"
        return self.shell(self.database, query)

    def themes(self, span: Span) -> list[str]:
        return self.paid_by("theme", span)

    def read_themes(self, text: str) -> Figures:
        return figures(tab_separated(text))

    def months(self, span: Span) -> list[str]:
        return self.paid_by("substr(day, 1, 7)", span)

    def read_months(self, text: str) -> Figures:
        return figures(tab_separated(text))

    def append(self, number: int, payment: dict[str, str], work: Path) -> list[str] | None:
        day, award, reference = (
            "'" + payment[column].replace("'", "''") + "'" for column in ("date", "award", "reference")
        )
        statement = (
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; "
            f"INSERT INTO payment SELECT {reference}, a.id, {day}, {SQLITE_THEME.format(day=day)}, "
            f"{pence(payment['amount'])} FROM award a WHERE a.id = {award}"
        )
        return self.shell(self.database, statement)

    def verify(self) -> list[str] | None:
        return self.shell(self.database, "PRAGMA integrity_check; PRAGMA foreign_key_check")


LOAD_ALL = "load all three files"


def loading(what: str, tool: str, runs: list[Run]) -> Row:
    return Row(what, tool, runs, max(run.peak_kib for run in runs))


# Figures first


def read_expected(path: Path) -> Expected:
    facts = json.loads(path.read_text(encoding="utf-8"))

    def span(part: dict[str, str]) -> Span:
        return Span(date.fromisoformat(part["from"]), date.fromisoformat(part["to"]), part.get("name"))

    year, all_years = facts["year"], facts["all_years"]
    return Expected(
        span(year), year["paid_by_theme"], year["paid_by_month"], span(all_years), all_years["paid_by_theme"]
    )


def check_figures(runner: Runner, tool: Tool, expected: Expected) -> None:
    note(f"checking the figures: {tool.name}")
    year = expected.year
    questions = [
        (f"paid by theme in {year.financial_year}", tool.themes(year), tool.read_themes, expected.paid_by_theme),
        (f"paid by month in {year.financial_year}", tool.months(year), tool.read_months, expected.paid_by_month),
        (
            "paid by theme in all years",
            tool.themes(expected.all_years),
            tool.read_themes,
            expected.paid_by_theme_of_all_years,
        ),
    ]
    for what, command, read, wanted in questions:
        answer = read_answer(tool, read, runner.run(command).output)
        if answer != wanted:
            raise Failed(f"{tool.name} is wrong about what was {what}:\n{differences(answer, wanted)}")


def read_answer(tool: Tool, read: Callable[[str], Figures], output: str) -> Figures:
    try:
        return read(output)
    except (ValueError, KeyError, TypeError) as error:
        raise Failed(f"cannot read {tool.name}'s answer ({error!r}):\n{output[:500]}") from error


def differences(answer: Figures, wanted: Figures) -> str:
    lines = []
    for heading in sorted(answer.keys() | wanted.keys()):
        got, want = answer.get(heading, 0), wanted.get(heading, 0)
        if got != want:
            lines.append(f"  {heading}: {pounds(got)}, expected {pounds(want)}")
    return "\n".join(lines)


# Then times


def measure_reports(runner: Runner, tools: list[Tool], expected: Expected, runs: int) -> list[Row]:
    year = expected.year
    rows = [
        measure(runner, f"by theme, {year.financial_year}", tool.name, repeated(tool.themes(year)), runs)
        for tool in tools
    ]
    rows += [
        measure(runner, f"by month, {year.financial_year}", tool.name, repeated(tool.months(year)), runs)
        for tool in tools
    ]
    return rows


def measure_verify(runner: Runner, tools: list[Tool], runs: int) -> list[Row]:
    commands = [(tool, tool.verify()) for tool in tools]
    return [measure(runner, "verify", tool.name, repeated(command), runs) for tool, command in commands if command]


def measure_appends(runner: Runner, tools: list[Tool], expected: Expected, runs: int) -> list[Row]:
    with (runner.work / "workload" / "held-back.csv").open(encoding="utf-8", newline="") as file:
        payments = list(csv.DictReader(file))[: runs + 1]
    appended = sum(pence(payment["amount"]) for payment in payments)
    wanted = sum(expected.paid_by_theme_of_all_years.values()) + appended
    rows = []
    for tool in tools:
        commands = [tool.append(number, payment, runner.work) for number, payment in enumerate(payments)]
        ready = [command for command in commands if command is not None]
        if not ready:
            continue
        rows.append(measure(runner, "append one payment", tool.name, iter(ready), len(ready) - 1))
        # A slow tool appends fewer, and then the whole cannot be what was expected: append the rest, untimed.
        for command in ready[1 + len(rows[-1].runs) :]:
            runner.run(command)
        answer = runner.run(tool.themes(expected.all_years)).output
        got = sum(read_answer(tool, tool.read_themes, answer).values())
        if got != wanted:
            raise Failed(f"after the appends {tool.name} has {pounds(got)} paid in all, expected {pounds(wanted)}")
    return [*rows, measure_disk(runner.work, runs)] if rows else []


def measure_disk(work: Path, runs: int) -> Row:
    """How long this disk takes to promise anything: no durable append can be quicker."""
    samples = []
    with (work / "disk-probe").open("wb", buffering=0) as file:
        for _ in range(runs + 1):
            begin = time.perf_counter()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            samples.append(Run(time.perf_counter() - begin, 0))
    return Row("write 4 KiB, fdatasync", "(this disk)", samples[1:], None)


# Printing


def table(rows: list[Row], least_peak_kib: int) -> str:
    medians = {row.what: statistics.median(row.milliseconds) for row in rows if row.tool == Almoner.name}
    cells = [["what", "tool", "runs", "median ms", "min ms", "max ms", "x almoner", "peak MiB"]]
    order = list(dict.fromkeys(row.what for row in rows))
    for row in sorted(rows, key=lambda row: order.index(row.what)):
        times = row.milliseconds
        median = statistics.median(times)
        base = medians.get(row.what)
        cells.append(
            [
                row.what,
                row.tool,
                str(len(times)),
                *(f"{value:,.1f}" for value in (median, min(times), max(times))),
                f"{median / base:,.2f}" if base else "-",
                peak(row.peak_kib, least_peak_kib),
            ]
        )
    return aligned(cells, left=2)


def peak(kib: int | None, least_kib: int) -> str:
    if kib is None:
        return "-"
    # A little more than nothing is still nothing: the floor itself wavers by some pages.
    if kib <= least_kib * 21 // 20:
        return f"< {least_kib / 1024:.0f}"
    return f"{kib / 1024:,.0f}"


def aligned(cells: list[list[str]], left: int) -> str:
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    lines = []
    for number, line in enumerate(cells):
        padded = [
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        lines.append("  ".join(padded).rstrip())
        if number == 0:
            lines.append("  ".join("-" * width for width in widths))
    return "\n".join(lines)


def size_of(path: Path) -> int:
    if path.is_dir():
        return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return path.stat().st_size


def disk_sizes(work: Path, tools: list[Tool]) -> str:
    sizes = [("the three CSV files", sum(size_of(work / name) for name in (AWARDS, REPURPOSES, PAYMENTS)))]
    for tool in tools:
        if isinstance(tool, Almoner):
            ledger = work / tool.ledger
            sizes.append(("almoner, whole ledger", size_of(ledger)))
            sizes += [(f"almoner, {part}", size_of(ledger / part)) for part in ("journal", "index")]
        sizes += [(f"{tool.name}, {Path(name).suffix[1:]} file", size_of(work / name)) for name in tool.files]
    base = sizes[0][1]
    cells = [["on disk", "MiB", "x the CSVs"]]
    cells += [[what, f"{size / 1048576:,.1f}", f"{size / base:,.2f}"] for what, size in sizes]
    return aligned(cells, left=1)


def first_match(path: str, pattern: str) -> str:
    try:
        match = re.search(pattern, Path(path).read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        match = None
    return match.group(1).strip() if match else "unknown"


def file_system(folder: Path) -> str:
    """The type of the file system that holds a folder: a durable append in memory would promise nothing."""
    best, kind = "", "unknown"
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8")
    except OSError:
        return kind
    resolved = folder.resolve()
    for line in mounts.splitlines():
        _, point, this_kind, *_ = line.split(" ")
        # Of two mounts on one point, the later hides the earlier.
        if resolved.is_relative_to(point) and len(point) >= len(best):
            best, kind = point, this_kind
    return kind


def machine(work: Path) -> str:
    memory = first_match("/proc/meminfo", r"^MemTotal:\s*(\d+) kB")
    shown_memory = f"{int(memory) / 1048576:.0f} GiB" if memory.isdigit() else memory
    model = first_match("/proc/cpuinfo", r"^model name\s*:(.*)$")
    return (
        f"machine: {os.cpu_count()} cores, {model}, {shown_memory} memory, {platform.system()} {platform.release()}, "
        f"work folder on {file_system(work)}"
    )


def versions(runner: Runner, tools: list[Tool]) -> str:
    said = []
    for tool in tools:
        lines = runner.run(tool.command(*tool.version_flags)).output.strip().splitlines()
        # The last of three numbers or so, after whatever name the program gives itself.
        match = re.search(r"\d+(\.\d+)+[^\s,;]*", lines[0] if lines else "")
        said.append(f"{tool.name} {match.group() if match else 'of unknown version'}")
    return f"tools: {', '.join([*said, 'Python ' + platform.python_version()])}"


# The whole


def choose_tools(almoner: Path, skipped: list[str]) -> list[Tool]:
    every: list[Tool] = [Almoner(almoner), Sqlite(), Hledger(), Ledger(), Beancount()]
    chosen = []
    for tool in every:
        if tool.name.lower() in skipped:
            continue
        if tool.installed():
            chosen.append(tool)
        else:
            note(f"{tool.name} is not installed: left out")
    return chosen


def make_workload(work: Path, transactions: int, seed: int) -> None:
    note("making the workload")
    made = subprocess.run(
        [sys.executable, WORKLOAD_SCRIPT, "--transactions", str(transactions), "--seed", str(seed), "--out",
         work / "workload"], stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    if made.returncode != 0:
        raise Failed("the workload could not be made")


def benchmark(work: Path, tools: list[Tool], transactions: int, seed: int, runs: int) -> None:
    make_workload(work, transactions, seed)
    expected = read_expected(work / "workload" / "expected.json")
    runner = Runner(work)
    rows = [row for tool in tools for row in tool.load(runner)]
    for tool in tools:
        check_figures(runner, tool, expected)
    # Before the appends, which would add to what is measured.
    sizes = disk_sizes(work, tools)
    rows += measure_reports(runner, tools, expected, runs)
    rows += measure_appends(runner, tools, expected, runs)
    rows += measure_verify(runner, tools, runs)
    checked = ", ".join(tool.name for tool in tools)
    print(f"{made.stdout.strip()}; seed {seed}")
    print(f"figures by theme and by month agree to the penny: {checked}\n")
    print(table(rows, runner.least_peak_kib()), end="\n\n")
    print(sizes, end="\n\n")
    print(machine(work))
    print(versions(runner, tools))


@contextmanager
def work_folder(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="almoner-peers-") as name:
            yield Path(name)
    else:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Times almoner beside other tools on the same made-up grants.")
    parser.add_argument("--transactions", type=int, default=100_000, metavar="N", help="default 100000")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="default 1")
    parser.add_argument("--runs", type=int, default=9, metavar="N", help="timed runs of each command, default 9")
    parser.add_argument("--almoner", type=Path, default=DEFAULT_ALMONER, metavar="PATH", help="the binary to time")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="work in this empty folder and leave it there")
    parser.add_argument(
        "--skip",
        action="append",
        default=[],
        choices=["almoner", "sqlite", "hledger", "ledger", "beancount"],
        help="leave a tool out; may be given again",
    )
    args = parser.parse_args()
    # The others may be missing; a benchmark that quietly left out its own subject would be of no use.
    if "almoner" not in args.skip and not Almoner(args.almoner).installed():
        parser.error(f"no program at {args.almoner}: build it with `cargo build --release`, or name it with --almoner")
    if args.transactions < 1000:
        parser.error("--transactions must be 1000 or more")
    if not 1 <= args.runs <= MOST_RUNS:
        parser.error(f"--runs must be from 1 to {MOST_RUNS}")
    if args.keep is not None and args.keep.exists() and (not args.keep.is_dir() or any(args.keep.iterdir())):
        parser.error("--keep wants an empty folder, or a name that is free")
    return args


def main() -> int:
    args = arguments()
    tools = choose_tools(args.almoner, args.skip)
    if not tools:
        note("peers.py: no tool is left to time")
        return 2
    try:
        with work_folder(args.keep) as work:
            benchmark(work, tools, args.transactions, args.seed, args.runs)
    except Failed as failure:
        note(f"peers.py: {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
