#!/usr/bin/env python3
"""Re-hashes the journal of a ledger folder and rebuilds its trial balance.

Written from ledger/FORMAT.md with Python's standard library alone, and from nothing of almoner's own code:
that both come to the same is what it is for.

    python3 tests/verify_journal.py FOLDER [--as-at YYYY-MM-DD]

Prints the head and every balance as JSON. Exit code 1, with what is wrong on stderr, when anything is.
"""

import calendar
import datetime
import hashlib
import json
import pathlib
import re
import sys
from collections import defaultdict

SEAL = re.compile(rb',"hash":"([0-9a-f]{64})"\}\Z')
AMOUNT = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]{2}\Z")


class Wrong(Exception):
    """What is wrong with the journal."""


def no_twice(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise Wrong(f"a name stands twice among {keys}")
    return dict(pairs)


def pence(text):
    if not AMOUNT.match(text):
        raise Wrong(f"{text!r} is not an amount")
    pounds, _, rest = text.lstrip("-").partition(".")
    return (int(pounds) * 100 + int(rest)) * (-1 if text.startswith("-") else 1)


def pounds(amount):
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def month_end(first, months):
    month = first.year * 12 + first.month - 1 + months
    year, month = month // 12, month % 12 + 1
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def postings(posted):
    """Every posting of a record: the day it is booked on, account, fund and amount in pence."""
    for entry in posted["entries"]:
        day = datetime.date.fromisoformat(entry["booked"] or entry["date"])
        sums = defaultdict(int)
        for account, fund, _theme, amount in entry["lines"]:
            sums[fund, account.startswith("memo:")] += pence(amount)
            yield day, account, fund, pence(amount)
        if any(sums.values()):
            raise Wrong(f"an entry of {entry['date']} does not balance: {dict(sums)}")
    for run in posted["charges"]:
        first = datetime.date.fromisoformat(run["from"])
        booked = run["booked"] and datetime.date.fromisoformat(run["booked"])
        for months, amount in enumerate(run["amounts"]):
            day = booked or (month_end(first, months) if months else first)
            yield day, "expenditure:grants", run["fund"], pence(amount)
            yield day, "assets:grant-control", run["fund"], -pence(amount)


def lines(folder):
    """Every line of the journal, and the number of the record that its file is named by."""
    files = [path for path in (folder / "journal").iterdir() if re.match(r"[0-9]{12,}\.jsonl\Z", path.name)]
    for path in sorted(files, key=lambda path: int(path.stem)):
        content = path.read_bytes()
        if not content.endswith(b"\n"):
            raise Wrong(f"{path.name} does not end with a line's end")
        for number, line in enumerate(content[:-1].split(b"\n"), 1):
            yield f"{path.name}, line {number}", int(path.stem) if number == 1 else None, line


def read(folder, as_at):
    prev, record, since_commit, ledger, at_commit = "0" * 64, 0, 0, None, None
    balances = defaultdict(lambda: defaultdict(int))
    for place, named, line in lines(folder):
        seal = SEAL.search(line)
        if not seal or hashlib.sha256(line[: seal.start()]).hexdigest() != seal[1].decode():
            raise Wrong(f"{place}: the text does not give its hash")
        fields = json.loads(line, object_pairs_hook=no_twice)
        if fields["prev"] != prev:
            raise Wrong(f"{place}: it does not follow from the line before")
        prev = fields["hash"]
        if "commit" in fields:
            if (fields["commit"], fields["records"]) != (record, since_commit) or since_commit == 0:
                raise Wrong(f"{place}: the commit does not describe its batch")
            since_commit, at_commit = 0, record
            continue
        if fields["n"] != record + 1 or named not in (None, record + 1) or (named and since_commit):
            raise Wrong(f"{place}: record {fields['n']} is out of sequence")
        record, since_commit = record + 1, since_commit + 1
        ((_, event),) = fields["event"].items() if isinstance(fields["event"], dict) else ((None, None),)
        if record == 1:
            ledger = fields["event"]["opened"]["ledger"]
        if isinstance(event, dict) and "posted" in event:
            for day, account, fund, amount in postings(event["posted"]):
                if as_at is None or day <= as_at:
                    balances[fund][account] += amount
    head = json.loads((folder / "head").read_bytes())
    if at_commit != record or (head["record"], head["hash"]) != (record, prev):
        raise Wrong(f"the head file says record {head['record']}, the journal ends at record {record}")
    return {
        "ledger": ledger,
        "record": record,
        "hash": prev,
        "totals": {
            fund: {account: pounds(amount) for account, amount in sorted(accounts.items()) if amount}
            for fund, accounts in sorted(balances.items())
            if any(accounts.values())
        },
    }


def main(arguments):
    folder, as_at = pathlib.Path(arguments[0]), None
    if arguments[1:2] == ["--as-at"]:
        as_at = datetime.date.fromisoformat(arguments[2])
    try:
        print(json.dumps(read(folder, as_at), indent=1))
    except (Wrong, KeyError, ValueError, OSError) as wrong:
        print(f"wrong: {wrong!r}" if not isinstance(wrong, Wrong) else f"wrong: {wrong}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
