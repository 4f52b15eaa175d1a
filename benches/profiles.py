#!/usr/bin/env python3
"""Times an import with a profile against the same payments with canonical columns.

    cargo build --profile dist && benches/profiles.py

The same payments are written twice: with canonical columns, and as a finance system would write them (semicolons, other
names, dd/mm/yy, pound signs, separate columns for payments and refunds). They are planned alternately on the same
ledger, and both must give the same rows and amounts before any time is printed. Exit codes as for peers.
"""

import argparse
import csv
import statistics
import sys
from pathlib import Path

from running import AWARDS, DEFAULT_ALMONER, PAYMENTS, Failed, Run, Runner, make_workload, note, work_folder
from tools import Almoner

PROFILE = """
name = "finance"
about = "Payments as a finance system writes them"
kind = "payments"
[columns.award]
from = "Grant No"
[columns.date]
from = "Paid On"
dates = ["dd/mm/yy"]
[columns.amount]
plus = "Debit"
minus = "Credit"
[columns.reference]
from = "Doc"
"""


def pounds(amount: str) -> str:
    whole, _, pence = amount.partition(".")
    return f"£{int(whole):,}.{pence or '00'}"


def rewrite(own: Path, theirs: Path) -> int:
    with own.open(encoding="utf-8", newline="") as source, theirs.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
        writer.writerow(["Grant No", "Paid On", "Debit", "Credit", "Doc"])
        rows = 0
        for row in csv.DictReader(source):
            year, month, day = row["date"].split("-")
            amount = row["amount"]
            out, back = ("", pounds(amount[1:])) if amount.startswith("-") else (pounds(amount), "")
            writer.writerow([row["award"], f"{day}/{month}/{year[2:]}", out, back, row.get("reference", "")])
            rows += 1
    return rows


def counted(run: Run) -> list[str]:
    """The table of rows and money, which must be the same for both."""
    words = ("new", "already recorded", "in conflict", "rejected", "read")
    return [line.strip() for line in run.output.splitlines() if line.strip().startswith(words)]


def benchmark(work: Path, almoner: Almoner, transactions: int, seed: int, runs: int) -> None:
    make_workload(work, transactions, seed)
    runner = Runner(work)
    (work / "finance.toml").write_text(PROFILE, encoding="utf-8")
    rows = rewrite(work / PAYMENTS, work / "finance.csv")
    almoner.ledger = "profiles.ledger"
    runner.run(almoner.on_ledger("init", "--body", "Benchmark Police and Crime Commissioner"))
    runner.run(almoner.on_ledger("import", "awards", AWARDS, "--add-missing"))
    ways = {
        "own columns": almoner.on_ledger("import", "payments", PAYMENTS, "--dry-run"),
        "by a profile": almoner.on_ledger(
            "import", "payments", "finance.csv", "--profile", "finance.toml", "--dry-run"
        ),
    }
    timed: dict[str, list[Run]] = {way: [] for way in ways}
    for number in range(runs + 1):
        note(f"run {number} of {runs}" if number else "warm-up")
        for way, command in ways.items():
            run = runner.run(command, weigh=True)
            if number:
                timed[way].append(run)
    own, theirs = (counted(all_runs[0]) for all_runs in timed.values())
    if own != theirs:
        raise Failed(f"the two ways differ:\n{own}\n{theirs}")
    medians = {way: statistics.median(run.seconds for run in each) for way, each in timed.items()}
    print(f"{rows} payments; seed {seed}; {own[-1]}")
    for way, each in timed.items():
        peak = max(run.peak_kib for run in each) / 1024
        ratio = medians[way] / medians["own columns"]
        print(f"{way:<14} {medians[way] * 1000:>9,.1f} ms median of {runs}  x {ratio:.2f}  peak {peak:,.0f} MiB")


def main() -> int:
    parser = argparse.ArgumentParser(description="Times an import with a profile against one with canonical columns.")
    parser.add_argument("--transactions", type=int, default=130_000, metavar="N", help="default 130000")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="default 1")
    parser.add_argument("--runs", type=int, default=9, metavar="N", help="timed runs of each, default 9")
    parser.add_argument("--almoner", type=Path, default=DEFAULT_ALMONER, metavar="PATH", help="the binary to time")
    args = parser.parse_args()
    almoner = Almoner(args.almoner)
    if not almoner.installed():
        parser.error(f"no program at {args.almoner}: build it with `cargo build --profile dist`, or name it with --almoner")
    try:
        with work_folder(None) as work:
            benchmark(work, almoner, args.transactions, args.seed, args.runs)
    except Failed as failure:
        note(f"profiles.py: {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
