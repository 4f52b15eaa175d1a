#!/usr/bin/env python3
"""Re-hashes the journal of a ledger folder, of format 1 or 2, and rebuilds its trial balance.

Written from docs/format.md with Python's standard library alone, and from nothing of almoner's own code:
that both come to the same is what it is for.

    python3 tests/verify_journal.py FOLDER [--as-at YYYY-MM-DD]

Checks the chain of hashes, that salts are there from the first one on, that entries balance, that what each commit
states of the postings is what they come to, and that nothing is dated before what precedes it. Prints the head and
every balance as JSON. Exit code 1, with what is wrong on stderr, when anything is.
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
SALT = re.compile(r"[0-9a-f]{32}\Z")
HASH = re.compile(r"[0-9a-f]{64}\Z")
DATES = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(/[0-9]{4}-[0-9]{2}-[0-9]{2})?\Z")
AMOUNT = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]{2}\Z")

# The version of the rules whose states this program can say are wrong.
RULES = 3

# The names that a commit or a seal may have, in order. Those in brackets may be left out.
CLOSING = {
    ("commit", True): "commit records batch (key) (request) state salt at by prev hash",
    ("seal", True): "seal salt at by prev hash",
    ("commit", False): "commit records batch (key) at by prev hash",
    ("seal", False): "seal at by prev hash",
}

# The words of format 1 that matter here: those of facts, and the first texts of postings.
FORMER_FACTS = {"stated": "terms-stated"}
FORMER_ITEMS = {"promised": "committed", "charged": "expenditure"}

# The lines that an item of one name stands for, and whether the sign of its amount is turned.
NAMED = {
    "paid": [
        ("assets:grant-control", 1),
        ("assets:bank", -1),
        ("memo:awards-outstanding", 1),
        ("memo:commitments", -1),
    ],
    "committed": [("memo:commitments", 1), ("memo:awards-outstanding", -1)],
}


class Wrong(Exception):
    """What is wrong with the journal."""


def no_twice(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise Wrong(f"a name is twice among {keys}")
    return dict(pairs)


def pence(text):
    if not AMOUNT.match(text):
        raise Wrong(f"{text!r} is not an amount")
    pounds, _, rest = text.lstrip("-").partition(".")
    return (int(pounds) * 100 + int(rest)) * (-1 if text.startswith("-") else 1)


def pounds(amount):
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def sha256(text):
    return hashlib.sha256(text).hexdigest()


def month_end(first, months):
    month = first.year * 12 + first.month - 1 + months
    year, month = month // 12, month % 12 + 1
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def entry_lines(name, item):
    """The lines that an item of an entry stands for."""
    _, fund, theme, amount = item
    for account, sign in NAMED.get(name, [(name, 1)]):
        if ":" not in account:
            raise Wrong(f"{account!r} is no account")
        yield account, fund, theme, sign * pence(amount)


def monthly(fund, theme, text):
    """The expenditure of a text of dates and amounts, each with the day it is booked on."""
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
        yield day, "expenditure:grants", fund, theme, pence(word)
        yield day, "assets:grant-control", fund, theme, -pence(word)


def postings(posted, own_day, is_former):
    """Every posting of a record: the day it is booked on, account, fund, theme and amount in pence."""
    day, sums = own_day, defaultdict(int)
    for item in posted + [["on", None]]:
        name = FORMER_ITEMS.get(item[0], item[0]) if is_former else item[0]
        if name == "on":
            if any(sums.values()):
                raise Wrong(f"an entry of {day} does not balance: {dict(sums)}")
            day, sums = item[-1], defaultdict(int)
        elif name == "expenditure":
            _, fund, theme, text = item
            yield from monthly(fund, theme, text)
        else:
            for account, fund, theme, amount in entry_lines(name, item):
                sums[fund, account.startswith("memo:")] += amount
                yield datetime.date.fromisoformat(day), account, fund, theme, amount


class Grant:
    """What the powers of a grant's postings follow from."""

    def __init__(self):
        self.awards, self.stated, self.lines = [], {}, []

    def powers(self):
        """The power of each award that was recorded."""
        stated = [power for power in self.stated.values() if power != "not-stated"]
        last = self.awards[-1]
        return [
            stated[0] if award == last and award["power"] == "not-stated" and stated else award["power"]
            for award in self.awards
        ]

    def follow(self, record, kind, fact):
        if kind == "awarded":
            self.awards.append(fact)
        elif kind == "terms-stated":
            self.stated[record] = fact["power"]
        elif kind == "reversed":
            self.stated.pop(fact["record"], None)


class State:
    """What all postings come to, by month; only months that changed are hashed again."""

    def __init__(self):
        self.months, self.blocks, self.grants = defaultdict(lambda: defaultdict(int)), {}, defaultdict(Grant)

    def add(self, month, line, amount):
        self.months[month][line] += amount
        self.blocks.pop(month, None)

    def post(self, power, day, account, fund, theme, amount):
        month = day.isoformat()[:7]
        self.add(month, (account, fund, theme or "*", power), amount)

    def post_of_grant(self, id, record, kind, fact, posted):
        grant = self.grants[id]
        before = grant.powers() if grant.awards else []
        grant.follow(record, kind, fact)
        if not grant.awards:
            raise Wrong(f"record {record} is of grant {id}, which was not awarded")
        now = grant.powers()
        for award, line in grant.lines if before != now[: len(before)] else []:
            if before[award] != now[award]:
                day, account, fund, theme, amount = line
                self.post(before[award], day, account, fund, theme, -amount)
                self.post(now[award], *line)
        for line in posted:
            grant.lines.append((len(grant.awards) - 1, line))
            self.post(now[-1], *line)

    def hash(self):
        for month, lines in self.months.items():
            if month not in self.blocks:
                texts = [f"{' '.join(line)} {month} {pence}\n".encode() for line, pence in lines.items() if pence]
                self.blocks[month] = sha256(b"".join(sorted(texts))) if texts else None
        root = [f"{month} {block}\n" for month, block in sorted(self.blocks.items()) if block]
        return sha256("".join(root).encode())


def check_prior_period(posted, besides):
    """A prior period adjustment has its reason, and nothing else has one."""
    adjusts = any(item[0] == "reserves:prior-period" for item in posted)
    reasons = [list(it) == ["prior_period"] and isinstance(it["prior_period"], str) for it in besides]
    if reasons != ([True] if adjusts else []):
        raise Wrong(f"a prior period adjustment and its reason differ: {besides}")


def posted_by(kind, event):
    """What an event posts, and the day of an entry that has none of its own."""
    if kind == "grant":
        _id, fact, posted, *besides = event
        ((_, fact),) = fact.items()
        check_prior_period(posted, besides)
        days = [fact[name] for name in ("decided", "date", "received", "due") if name in fact]
        return posted, days[0] if days else None
    return (event.get("posted", []) if isinstance(event, dict) else []), None


def check_proposal(line, event):
    """The hash of a proposal is of the text of its events as recorded."""
    _, _, after = line.partition(b'"events":')
    text, _, _ = after.rpartition(b',"hash":"')
    if sha256(text) != event["hash"]:
        raise Wrong("the hash of a proposal is not that of its events")


def check_closing(closing):
    """The names of a commit or a seal, and the form of what format 2 adds. Returns whether it has a salt."""
    names, is_salted = list(closing), "salt" in closing
    expected = CLOSING[names[0], is_salted].split(" ")
    if "request" in closing and "key" not in closing:
        raise Wrong("there is a request without a key")
    if names != [name.strip("()") for name in expected if name in names or name.strip("()") in names]:
        raise Wrong(f"the names are {names}")
    if any(name not in names for name in expected if not name.startswith("(")):
        raise Wrong(f"one of {expected} is missing")
    if is_salted and not SALT.match(closing["salt"]):
        raise Wrong("the salt is not 32 hexadecimal digits")
    if "request" in closing and not HASH.match(closing["request"]):
        raise Wrong("the request is not a hash")
    if "state" in closing:
        state = closing["state"]
        if list(state) != ["rules", "hash"] or type(state["rules"]) is not int or not HASH.match(state["hash"]):
            raise Wrong("the state is not the version of rules and a hash")
    return is_salted


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
    """The records of each seal or commit, with that: their objects and lines, checked by its hash."""
    text, records = b"", []
    for place, named, line in lines(folder):
        if named and text:
            raise Wrong(f"{place}: the file before does not end with a commit")
        if line.startswith(b'{"n":'):
            text += line + b"\n"
            records.append((place, named, line))
            continue
        seal = SEAL.search(line)
        if not seal or sha256(text + line[: seal.start()]) != seal[1].decode():
            raise Wrong(f"{place}: the text since the seal before does not give its hash")
        if not 1 <= len(records) <= 128:
            raise Wrong(f"{place}: it closes {len(records)} records")
        yield place, records, json.loads(line, object_pairs_hook=no_twice)
        text, records = b"", []
    if text:
        raise Wrong("the journal does not end with a commit")


def read(folder, as_at):
    prev, record, since_commit, ledger, at_commit = "0" * 64, 0, 0, None, None
    balances, state, was_salted = defaultdict(lambda: defaultdict(int)), State(), False
    last_at = ""
    for closing_place, records, closing in runs(folder):
        if closing["prev"] != prev:
            raise Wrong(f"{closing_place}: it does not follow from the seal before")
        prev, is_salted = closing["hash"], check_closing(closing)
        if was_salted and not is_salted:
            raise Wrong(f"{closing_place}: it has no salt, and a line before it has one")
        was_salted = is_salted
        corrects = since_commit == 0 and "clock-corrected" in json.loads(records[0][2])
        if closing["at"] < last_at and not corrects:
            raise Wrong(f"{closing_place}: it is dated {closing['at']}, before {last_at}")
        last_at = closing["at"]
        for place, named, line in records:
            fields = json.loads(line, object_pairs_hook=no_twice)
            number = fields.pop("n")
            if number != record + 1 or named not in (None, number) or (named and since_commit):
                raise Wrong(f"{place}: record {number} is out of sequence")
            record, since_commit = record + 1, since_commit + 1
            ((kind, event),) = fields.items()
            if record == 1:
                ledger = fields["opened"]["ledger"]
            if kind == "proposed":
                check_proposal(line, event)
            posted = list(postings(*posted_by(kind, event), not is_salted))
            for day, account, fund, _theme, amount in posted:
                if as_at is None or day <= as_at:
                    balances[fund][account] += amount
            if kind == "grant":
                ((fact_kind, fact),) = event[1].items()
                fact_kind = FORMER_FACTS.get(fact_kind, fact_kind) if not is_salted else fact_kind
                state.post_of_grant(event[0], record, fact_kind, fact, posted)
            else:
                for line in posted:
                    state.post("not-stated", *line)
        if "seal" in closing and closing["seal"] == record:
            continue
        if (closing["commit"], closing["records"]) != (record, since_commit):
            raise Wrong(f"{closing_place}: the commit does not describe its batch")
        stated = closing.get("state")
        if stated and stated["rules"] == RULES and stated["hash"] != state.hash():
            raise Wrong(f"{closing_place}: the postings come to {state.hash()}, not to the state of the commit")
        since_commit, at_commit = 0, record
    head = json.loads((folder / "head").read_bytes())
    if at_commit != record or (head["record"], head["hash"]) != (record, prev):
        raise Wrong(f"the head file says record {head['record']}, the journal ends at record {record}")
    return {
        "ledger": ledger,
        "record": record,
        "hash": prev,
        "state": state.hash(),
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
