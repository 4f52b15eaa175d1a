#!/usr/bin/env python3
"""Re-hashes the journal of a ledger folder and rebuilds its trial balance.

Written from store/FORMAT.md with Python's standard library alone, and from nothing of almoner's own code:
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
DATES = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(/[0-9]{4}-[0-9]{2}-[0-9]{2})?\Z")
AMOUNT = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]{2}\Z")

# The lines that an item of one name stands for, and whether the sign of its amount is turned.
NAMED = {
    "paid": [
        ("assets:grant-control", 1),
        ("assets:bank", -1),
        ("memo:awards-outstanding", 1),
        ("memo:commitments", -1),
    ],
    "promised": [("memo:commitments", 1), ("memo:awards-outstanding", -1)],
}


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


def entry_lines(item):
    """The lines that an item of an entry stands for."""
    name, fund, _theme, amount = item
    for account, sign in NAMED.get(name, [(name, 1)]):
        if ":" not in account:
            raise Wrong(f"{account!r} is no account")
        yield account, fund, sign * pence(amount)


def charges(fund, text):
    """The charges of a text of dates and amounts, each with the day it is booked on."""
    first = None
    for word in text.split(" "):
        if DATES.match(word):
            first, *booked = map(datetime.date.fromisoformat, word.split("/"))
            months = 0
            continue
        if first is None:
            raise Wrong(f"{text!r} does not begin with a date")
        day = booked[0] if booked else month_end(first, months) if months else first
        months += 1
        yield day, "expenditure:grants", fund, pence(word)
        yield day, "assets:grant-control", fund, -pence(word)


def postings(posted, own_day):
    """Every posting of a record: the day it is booked on, account, fund and amount in pence."""
    day, sums = own_day, defaultdict(int)
    for item in posted + [["on", None]]:
        if item[0] == "on":
            if any(sums.values()):
                raise Wrong(f"an entry of {day} does not balance: {dict(sums)}")
            day, sums = item[-1], defaultdict(int)
        elif item[0] == "charged":
            _, fund, _theme, text = item
            yield from charges(fund, text)
        else:
            for account, fund, amount in entry_lines(item):
                sums[fund, account.startswith("memo:")] += amount
                yield datetime.date.fromisoformat(day), account, fund, amount


def posted_by(kind, event):
    """What an event posts, and the day of an entry that has none of its own."""
    if kind == "grant":
        _id, fact, posted = event
        ((_, fact),) = fact.items()
        days = [fact[name] for name in ("decided", "date", "received", "due") if name in fact]
        return posted, days[0] if days else None
    return (event.get("posted", []) if isinstance(event, dict) else []), None


def lines(folder):
    """Every line of the journal, and the number of the record that its file is named by."""
    files = [path for path in (folder / "journal").iterdir() if re.match(r"[0-9]{12,}\.jsonl\Z", path.name)]
    for path in sorted(files, key=lambda path: int(path.stem)):
        content = path.read_bytes()
        if not content.endswith(b"\n"):
            raise Wrong(f"{path.name} does not end with a line's end")
        for number, line in enumerate(content[:-1].split(b"\n"), 1):
            yield f"{path.name}, line {number}", int(path.stem) if number == 1 else None, line


def runs(folder):
    """The records of each seal or commit, with that: their objects, checked by its hash."""
    text, records = b"", []
    for place, named, line in lines(folder):
        if named and text:
            raise Wrong(f"{place}: the file before does not end with a commit")
        if line.startswith(b'{"n":'):
            text += line + b"\n"
            records.append((place, named, json.loads(line, object_pairs_hook=no_twice)))
            continue
        seal = SEAL.search(line)
        if not seal or hashlib.sha256(text + line[: seal.start()]).hexdigest() != seal[1].decode():
            raise Wrong(f"{place}: the text since the seal before does not give its hash")
        if not 1 <= len(records) <= 128:
            raise Wrong(f"{place}: it closes {len(records)} records")
        yield place, records, json.loads(line, object_pairs_hook=no_twice)
        text, records = b"", []
    if text:
        raise Wrong("the journal does not end with a commit")


def read(folder, as_at):
    prev, record, since_commit, ledger, at_commit = "0" * 64, 0, 0, None, None
    balances = defaultdict(lambda: defaultdict(int))
    for place, records, closing in runs(folder):
        if closing["prev"] != prev:
            raise Wrong(f"{place}: it does not follow from the seal before")
        prev = closing["hash"]
        for place, named, fields in records:
            number = fields.pop("n")
            if number != record + 1 or named not in (None, number) or (named and since_commit):
                raise Wrong(f"{place}: record {number} is out of sequence")
            record, since_commit = record + 1, since_commit + 1
            ((kind, event),) = fields.items()
            if record == 1:
                ledger = fields["opened"]["ledger"]
            for day, account, fund, amount in postings(*posted_by(kind, event)):
                if as_at is None or day <= as_at:
                    balances[fund][account] += amount
        if "seal" in closing and closing["seal"] == record:
            continue
        if (closing["commit"], closing["records"]) != (record, since_commit):
            raise Wrong(f"{place}: the commit does not describe its batch")
        since_commit, at_commit = 0, record
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
    except (Wrong, KeyError, ValueError, TypeError, IndexError, AttributeError, OSError) as wrong:
        print(f"wrong: {wrong!r}" if not isinstance(wrong, Wrong) else f"wrong: {wrong}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
