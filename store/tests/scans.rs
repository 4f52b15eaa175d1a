//! Reports read nothing by itself while they scan: a store may have one connection, which the scan has taken.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::common::{self, award, date, expect, pay, repurpose};
use almoner_ledger::audience::Audience;
use almoner_ledger::book::{
    Batch, Books, BooksError, ListDecisions, ListGrants, ListLines, ListRecipients, ReferenceData,
};
use almoner_ledger::calendar::{DateRange, Month};
use almoner_ledger::command::Command;
use almoner_ledger::decisions::{DecisionId, DecisionNumbers, RegisteredDecision};
use almoner_ledger::events::Record;
use almoner_ledger::grants::{Grant, GrantId};
use almoner_ledger::head::Head;
use almoner_ledger::recipients::{NameKey, Recipient, RecipientId};
use almoner_ledger::reconciliation::{LineKey, RecordedLine};
use almoner_ledger::reports::{
    By, DisclosureReport, Every, Filter, Measure, Page, Published, Query, ReportError, budget, changes,
    commitments, compared, decisions, decisions_page, diff, disclosure, ending, explain, forecast, funder,
    giving, grant, grants, grants_page, indicators, late, monitoring, not_stated, papers, periods, recipient,
    recipients, recipients_page, themes, year_end,
};
use almoner_ledger::themes::ThemeId;
use almoner_ledger::totals::Totals;
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, Store};

/// Books with one connection, which counts how often it is asked for something.
struct OneConnection {
    books: MemoryStore,
    is_taken: AtomicBool,
    asked: AtomicUsize,
    /// How many grants, recipients and decisions were read.
    read: AtomicUsize,
}

impl OneConnection {
    /// Counts things that were read at once.
    fn counted<T>(&self, things: Vec<T>) -> Vec<T> {
        self.read.fetch_add(things.len(), Ordering::Relaxed);
        things
    }

    fn taken<T>(&self, read: impl FnOnce() -> Result<T, BooksError>) -> Result<T, BooksError> {
        if self.is_taken.swap(true, Ordering::Relaxed) {
            return Err(BooksError::Unreadable("the connection is taken by a scan".to_owned()));
        }
        self.asked.fetch_add(1, Ordering::Relaxed);
        let result = read();
        self.is_taken.store(false, Ordering::Relaxed);
        result
    }
}

impl Books for OneConnection {
    fn head(&self) -> Head {
        self.books.head()
    }

    fn reference(&self) -> &ReferenceData {
        self.books.reference()
    }

    fn totals(&self) -> &Totals {
        self.books.totals()
    }

    fn grant(&self, id: &GrantId) -> Result<Option<Cow<'_, Grant>>, BooksError> {
        self.taken(|| self.books.grant(id))
    }

    fn grants(&self, ids: &[GrantId]) -> Result<Vec<Grant>, BooksError> {
        self.taken(|| Ok(self.counted(self.books.grants(ids)?)))
    }

    fn recipients(&self, ids: &BTreeSet<RecipientId>) -> Result<Vec<Recipient>, BooksError> {
        self.taken(|| Ok(self.counted(self.books.recipients(ids)?)))
    }

    fn decisions(&self, ids: &BTreeSet<DecisionId>) -> Result<Vec<RegisteredDecision>, BooksError> {
        self.taken(|| Ok(self.counted(self.books.decisions(ids)?)))
    }

    fn recipient(&self, id: &RecipientId) -> Result<Option<Cow<'_, Recipient>>, BooksError> {
        self.taken(|| self.books.recipient(id))
    }

    fn recipients_known_by(&self, key: &NameKey) -> Result<BTreeSet<RecipientId>, BooksError> {
        self.taken(|| self.books.recipients_known_by(key))
    }

    fn decision(&self, id: &DecisionId) -> Result<Option<Cow<'_, RegisteredDecision>>, BooksError> {
        self.taken(|| self.books.decision(id))
    }

    fn bank_line(&self, key: &LineKey) -> Result<Option<Cow<'_, RecordedLine>>, BooksError> {
        self.taken(|| self.books.bank_line(key))
    }

    fn record(&self, number: u64) -> Result<Option<Record>, BooksError> {
        self.taken(|| self.books.record(number))
    }

    fn each_grant(&self, visit: &mut dyn FnMut(&Grant) -> Result<(), BooksError>) -> Result<(), BooksError> {
        self.taken(|| {
            self.books.each_grant(&mut |it: &Grant| {
                self.read.fetch_add(1, Ordering::Relaxed);
                visit(it)
            })
        })
    }

    fn each_recipient(
        &self,
        visit: &mut dyn FnMut(&Recipient) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.taken(|| {
            self.books.each_recipient(&mut |it: &Recipient| {
                self.read.fetch_add(1, Ordering::Relaxed);
                visit(it)
            })
        })
    }

    fn each_listed_grant(&self, lines: ListLines<'_>, visit: ListGrants<'_>) -> Result<(), BooksError> {
        self.taken(|| self.books.each_listed_grant(lines, visit))
    }

    fn each_listed_recipient(&self, visit: ListRecipients<'_>) -> Result<(), BooksError> {
        self.taken(|| self.books.each_listed_recipient(visit))
    }

    fn each_listed_decision(&self, lines: ListLines<'_>, visit: ListDecisions<'_>) -> Result<(), BooksError> {
        self.taken(|| self.books.each_listed_decision(lines, visit))
    }

    fn decision_numbers(&self) -> Result<DecisionNumbers, BooksError> {
        self.taken(|| self.books.decision_numbers())
    }

    fn each_bank_line(
        &self,
        visit: &mut dyn FnMut(&RecordedLine) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.taken(|| self.books.each_bank_line(visit))
    }

    fn each_decision(
        &self,
        visit: &mut dyn FnMut(&RegisteredDecision) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.taken(|| {
            self.books.each_decision(&mut |it: &RegisteredDecision| {
                self.read.fetch_add(1, Ordering::Relaxed);
                visit(it)
            })
        })
    }
}

/// An office with so many awards, each with a payment, a late one and more.
fn office(awards: usize) -> OneConnection {
    let mut books = MemoryStore::default();
    let mut record = |batch: &dyn Fn(&MemoryStore) -> Batch| {
        let batch = batch(&books);
        books.append(books.head(), BatchLabel::default(), batch).unwrap();
    };
    record(&|books| common::drafted_events(books, common::opening_events()));
    let each = |make: &dyn Fn(String) -> Vec<Command>| -> Vec<Command> {
        (1..=awards).flat_map(|number| make(format!("{number}-2015"))).collect()
    };
    let before = each(&|id| {
        vec![
            award(&id, "2015-01-10", "900", "a", Some(("2015-02", "2016-01"))),
            pay(&id, "2015-02-12", "600"),
            expect(&id, "Interview", "2015-06-15", false),
        ]
    });
    record(&|books| common::drafted(books, &before));
    let close = common::close_months("2015-01", "2015-02");
    record(&|books| common::drafted(books, &close));
    let after = each(&|id| {
        let decision = format!("{}-2016", id.trim_end_matches("-2015"));
        vec![pay(&id, "2015-02-20", "100"), repurpose(&id, &decision, "2015-05-01", "b")]
    });
    record(&|books| common::drafted_late(books, &after));
    OneConnection {
        books,
        is_taken: AtomicBool::new(false),
        asked: AtomicUsize::new(0),
        read: AtomicUsize::new(0),
    }
}

fn lines<Report: Debug>(made: &Result<Report, ReportError>) -> String {
    format!("{:#?}", made.as_ref().unwrap())
}

fn listed(books: &dyn Books, month: &str) -> Result<DisclosureReport, ReportError> {
    disclosure(&Published::new(books, Audience::Public)?, Month::parse(month).unwrap())
}

type Make<'a> = Box<dyn Fn(&dyn Books) -> String + 'a>;

/// Every report, by name.
fn reports(query: &Query) -> Vec<(&'static str, Make<'_>)> {
    let day = query.as_at();
    let mut reports: Vec<(&'static str, Make<'_>)> = vec![
        ("budget", Box::new(|it| lines(&budget(it, query)))),
        ("changes", Box::new(|it| lines(&changes(it, query)))),
        ("commitments", Box::new(|it| lines(&commitments(it, query)))),
        ("decisions", Box::new(|it| lines(&decisions(it, None, true)))),
        ("disclosure", Box::new(|it| lines(&listed(it, "2015-01")))),
        ("payments of a month", Box::new(|it| lines(&listed(it, "2015-02")))),
        ("ending", Box::new(|it| lines(&ending(it, query, 12)))),
        ("forecast", Box::new(|it| lines(&forecast(it, query, 9)))),
        ("funder", Box::new(|it| lines(&funder(it, query, "cdr")))),
        ("giving", Box::new(|it| lines(&giving(it, None)))),
        ("grant", Box::new(|it| lines(&grant(it, query, "1-2015")))),
        ("grants", Box::new(|it| lines(&grants(it, query)))),
        ("indicators", Box::new(|it| lines(&indicators(it, query)))),
        ("late", Box::new(|it| lines(&late(it, query)))),
        ("monitoring", Box::new(move |it| lines(&monitoring(it, query, day)))),
        ("not stated", Box::new(|it| lines(&not_stated(it, query)))),
        ("papers", Box::new(|it| lines(&papers(it, Some(query.range))))),
        ("periods", Box::new(|it| lines(&periods(it, query, Every::Month)))),
        ("recipient", Box::new(|it| lines(&recipient(it, query, "recipient-of-1-2015")))),
        ("recipients", Box::new(|it| lines(&recipients(it, query)))),
        ("year end", Box::new(move |it| lines(&year_end(it, query, day.financial_year())))),
    ];
    for by in By::ALL {
        reports.push((by.word(), Box::new(move |it| lines(&themes(it, query, by)))));
        reports.push(("compared", Box::new(move |it| lines(&compared(it, query, by)))));
        let nothing = MemoryStore::default();
        let columns = [Measure::Awarded, Measure::Expenditure];
        reports.push(("diff", Box::new(move |it| lines(&diff(&nothing, it, query, by, &columns)))));
    }
    for column in Measure::OF_LINES.into_iter().filter(|it| it.is_of(query.is_of_whole_years())) {
        reports.push(("explain", Box::new(move |it| lines(&explain(it, query, None, column)))));
    }
    reports
}

#[test]
fn reports_ask_as_often_whatever_the_number_of_grants_and_never_within_a_scan() {
    let (few, many) = (office(2), office(9));
    for (from, to, on) in
        [("2015-01-01", "2015-12-31", "2015-12-31"), ("2014-04-01", "2016-03-31", "2015-08-14")]
    {
        let query = Query::of(DateRange::new(date(from), date(to)).unwrap()).on(date(on));
        for (what, report) in reports(&query) {
            let [asked_of_few, asked_of_many] = [&few, &many].map(|books| {
                let before = books.asked.load(Ordering::Relaxed);
                assert_eq!(report(books), report(&books.books), "{what}");
                books.asked.load(Ordering::Relaxed) - before
            });
            assert_eq!(asked_of_few, asked_of_many, "{what}");
        }
    }
    // The reports that name recipients have something to name.
    let query = Query::of(DateRange::new(date("2015-01-01"), date("2015-12-31")).unwrap());
    for what in [
        "changes",
        "disclosure",
        "forecast",
        "funder",
        "giving",
        "grants",
        "late",
        "monitoring",
        "explain",
        "diff",
    ] {
        let mut made = reports(&query).into_iter().filter(|(it, _)| *it == what).map(|(_, make)| make(&many));
        assert!(made.any(|text| text.contains("Recipient of 9-2015")), "{what}");
    }
    assert_eq!(not_stated(&many, &query).unwrap().grants, 9);
}

#[test]
fn a_page_of_a_list_reads_what_it_shows_whatever_the_number_of_grants() {
    let (few, many) = (office(4), office(23));
    let query = Query::of(DateRange::new(date("2015-01-01"), date("2015-12-31")).unwrap());
    let page = |number| Page { number, length: 3 };
    // With three lines there are three grants, their recipients, and the three decisions with the grants based on them.
    let filter = Filter { theme: Some(ThemeId::new("b").unwrap()), ..Filter::default() };
    let filtered = Query { filter, ..query.clone() };
    let pages: [(&str, usize, Make<'_>); 5] = [
        (
            "grants",
            6,
            Box::new(|it| format!("{:?}", grants_page(it, &query, None, page(1)).unwrap().unwrap().first)),
        ),
        (
            "grants of a theme",
            6,
            Box::new(|it| format!("{:?}", grants_page(it, &filtered, None, page(2)).unwrap().unwrap().first)),
        ),
        (
            "last grants",
            2,
            Box::new(|it| format!("{:?}", grants_page(it, &query, None, page(99)).unwrap().unwrap().first)),
        ),
        (
            "recipients",
            6,
            Box::new(|it| format!("{:?}", recipients_page(it, &query, page(1)).unwrap().unwrap().first)),
        ),
        ("decisions", 6, Box::new(|it| format!("{:?}", decisions_page(it, page(1)).unwrap().first))),
    ];
    for (what, expected, make) in pages {
        let [few, many] = [&few, &many].map(|books| {
            let before = [&books.asked, &books.read].map(|it| it.load(Ordering::Relaxed));
            make(books);
            let after = [&books.asked, &books.read].map(|it| it.load(Ordering::Relaxed));
            (after[0] - before[0], after[1] - before[1])
        });
        assert_eq!(few.0, many.0, "{what}");
        // The last page of 4 has one line, that of 23 has two.
        assert!(many.1 <= expected.max(4), "{what}: {many:?}");
    }
    // The whole list reads everything.
    let before = many.read.load(Ordering::Relaxed);
    grants(&many, &query).unwrap();
    assert_eq!(many.read.load(Ordering::Relaxed) - before, 2 * 23);
}
