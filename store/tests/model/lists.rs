//! Pages of lists, made from what is kept of random books: those of the whole reports, line for line.

use almoner_ledger::audience::Audience;
use almoner_ledger::book::{Books, Draft, ListLines};
use almoner_ledger::calendar::{Date, DateRange};
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::{Grant, Power};
use almoner_ledger::listing::{AmountSought, sought};
use almoner_ledger::money::Money;
use almoner_ledger::recipients::{Recipient, RecipientId};
use almoner_ledger::reports::measures::Standing;
use almoner_ledger::reports::{
    Filter, Page, Published, Query, changes, decisions, decisions_page, grants, grants_page, payments,
    recipients, recipients_page,
};
use almoner_ledger::text::folded;
use almoner_ledger::themes::ThemeId;
use almoner_store::verify::verify;
use proptest::prelude::*;

use crate::asks::batches;
use crate::books::Ledger;
use crate::{CLOSING, LATE, LIVELY, cases};

/// A total without the figure that is left out where no line has it: lines may cancel each other.
fn total(standing: Standing) -> Standing {
    Standing {
        prior_period_in_period: standing.prior_period_in_period.filter(|it| !it.is_zero()),
        ..standing
    }
}

/// Compares every page of every list with the whole lists, and returns how many pages there were.
fn compare(books: &dyn Books, query: &Query, length: usize, context: &str) -> usize {
    let (all, has_grants) =
        (recipients(books, query).unwrap(), !grants(books, query).unwrap().rows.is_empty());
    let mut of_recipients = 0;
    for number in 1..=all.rows.len() / length + 2 {
        let page = Page { number, length };
        if let Some(paged) = recipients_page(books, query, page).unwrap() {
            let lines = page.of(all.rows.len());
            assert_eq!((paged.first, paged.lines), (lines.start, all.rows.len()), "{page:?} {context}");
            assert_eq!(paged.report.rows, all.rows[lines], "{page:?} {context}");
            assert!(!has_grants || total(paged.report.total) == total(all.total), "{context}");
            assert_eq!(paged.report.stamp, all.stamp);
            of_recipients += 1;
        }
    }
    let of_grants = compare_grants(books, query, None, length, context);
    assert_eq!(of_recipients > 0, of_grants > 0, "{context}");
    of_recipients + of_grants
}

/// Does so with the list of grants, of those with a name or of all.
fn compare_grants(
    books: &dyn Books,
    query: &Query,
    named: Option<&str>,
    length: usize,
    context: &str,
) -> usize {
    let mut all = grants(books, query).unwrap();
    if let Some(named) = named {
        all = all.named(named).unwrap();
    }
    let context = format!("{named:?} {:?} {context}", query.filter);
    let pages = (1..=all.rows.len() / length + 2).filter_map(|number| {
        let page = Page { number, length };
        let paged = grants_page(books, query, named, page).unwrap()?;
        let lines = page.of(all.rows.len());
        assert_eq!((paged.first, paged.lines), (lines.start, all.rows.len()), "{page:?} {context}");
        assert_eq!(paged.report.rows, all.rows[lines], "{page:?} {context}");
        assert!(all.rows.is_empty() || total(paged.report.total) == total(all.total), "{page:?} {context}");
        assert_eq!(paged.report.stamp, all.stamp);
        Some(())
    });
    pages.count()
}

/// The filters by which lists are compared, and the names.
fn filters() -> Vec<(Filter, Option<&'static str>)> {
    let words = |theme, fund, power, recipient| Filter {
        theme: Option::map(theme, |it| ThemeId::new(it).unwrap()),
        fund: Option::map(fund, |it| FundId::new(it).unwrap()),
        power,
        recipient: Option::map(recipient, |it| RecipientId::new(it).unwrap()),
    };
    vec![
        (words(Some("a"), None, None, None), None),
        (words(Some("b"), Some("cdr"), None, None), None),
        (words(None, Some("victims"), None, None), None),
        (words(None, Some("cdr"), Some(Power::S9), None), None),
        (words(None, None, Some(Power::NotStated), None), None),
        (words(None, None, None, Some("r0")), None),
        (words(Some("a"), None, None, Some("r1")), None),
        (words(None, None, None, None), Some("1")),
        (words(None, None, None, None), Some(" R0 ")),
        (words(Some("a"), None, None, None), Some("20")),
        (words(None, None, None, Some("r0")), Some("recipient")),
    ]
}

/// Compares what reports read through lists with what they read from everything.
fn compare_active(books: &dyn Books, whole: &dyn Books, query: &Query, context: &str) {
    let (found, expected) = (changes(books, query).unwrap(), changes(whole, query).unwrap());
    for (found, expected) in [
        (found.awards, expected.awards),
        (found.changes, expected.changes),
        (found.reductions, expected.reductions),
    ] {
        assert_eq!(found, expected, "{context}");
    }
    let rows = |books| payments(books, query, None).unwrap().rows;
    assert_eq!(rows(books), rows(whole), "{context}");
}

fn compare_register(books: &dyn Books, length: usize, context: &str) {
    let all = decisions(books, None, true).unwrap();
    for number in 1..=all.rows.len() / length + 2 {
        let page = Page { number, length };
        let paged = decisions_page(books, page).unwrap();
        let lines = page.of(all.rows.len());
        assert_eq!((paged.first, paged.lines), (lines.start, all.rows.len()), "{page:?} {context}");
        assert_eq!(paged.report.rows, all.rows[lines], "{page:?} {context}");
        assert_eq!(paged.report.gaps, all.gaps, "{context}");
    }
}

/// Returns whether a grant has a text in its words, or is of an amount, as its history says.
fn matches(grant: &Grant, text: &str, amount: Option<Money>) -> bool {
    let Some(award) = grant.award() else { return false };
    let is_in = |it: &str| folded(it).contains(text);
    let movements = grant.live().filter_map(|it| Some((it.fact.at_bank()?.size(), it.fact.reference())));
    let by_movement = |(size, reference): (Money, Option<&almoner_ledger::text::Text>)| {
        amount == Some(size) || reference.is_some_and(|it| is_in(it.as_str()))
    };
    is_in(grant.id.as_str())
        || grant.decision().is_some_and(|it| is_in(it.as_str()))
        || grant.purpose().is_some_and(|it| is_in(it.text.as_str()))
        || amount == Some(award.amount)
        || movements.into_iter().any(by_movement)
}

fn is_named(recipient: &Recipient, text: &str) -> bool {
    let is_in = |it: &str| folded(it).contains(text);
    recipient.is_known()
        && (recipient.known_as().any(is_in)
            || recipient.identifiers.iter().any(|it| is_in(it.as_str()))
            || is_in(recipient.id.as_str()))
}

/// Compares what is found in the lists with what is found in everything.
fn compare_search(books: &dyn Books, given: &str) {
    let (text, amount) = (sought(given), given.parse::<Money>().ok());
    let (mut expected, mut found) = (Vec::new(), Vec::new());
    let each = &mut |grant: &Grant| {
        expected.extend(matches(grant, &text, amount).then(|| grant.id.to_string()));
        Ok(())
    };
    books.each_grant(each).unwrap();
    let amount = amount.map(AmountSought::from);
    let texts: Vec<&str> =
        [text.as_str()].into_iter().chain(amount.as_ref().map(AmountSought::as_str)).collect();
    books
        .each_listed_grant(ListLines::with(&texts), &mut |listed| {
            let is_of = amount.as_ref().is_some_and(|amount| listed.has_amount(amount));
            found.extend((listed.has(&text) || is_of).then(|| listed.grant().to_owned()));
            Ok(true)
        })
        .unwrap();
    expected.sort();
    found.sort();
    assert_eq!(found, expected, "{given}");
    let (mut expected, mut found) = (Vec::new(), Vec::new());
    let each = &mut |recipient: &Recipient| {
        expected.extend(is_named(recipient, &text).then(|| recipient.id.to_string()));
        Ok(())
    };
    books.each_recipient(each).unwrap();
    books
        .each_listed_recipient(&mut |listed| {
            found.extend((listed.is_known && listed.has(&text)).then(|| listed.recipient().to_owned()));
            Ok(())
        })
        .unwrap();
    expected.sort();
    found.sort();
    assert_eq!(found, expected, "{given}");
}

proptest! {
    // These write files.
    #![proptest_config(cases(60))]

    #[test]
    fn pages_of_lists_are_those_of_the_whole_lists(
        batches in prop_oneof![batches(LIVELY), batches(CLOSING)],
        rebuilt in 0..100_usize,
        days in prop::collection::vec(0..1_700_u64, 4),
        length in 1..6_usize,
    ) {
        let ledger = Ledger::run(&batches, LATE);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ledger");
        let stored = ledger.in_folder_with_tail(&path, 1 + rebuilt % 9);
        let public = Published::new(&stored, Audience::Public).unwrap();
        let replayed = Draft::replaying(&stored);
        let all: [(&str, &dyn Books); 4] =
            [("memory", &ledger.store), ("folder", &stored), ("public", &public), ("draft", &replayed)];
        for (what, books) in all {
            for day in &days {
                let day = Date::new(Date::from_ymd(2014, 1, 1).unwrap().naive() + chrono::Days::new(*day)).unwrap();
                let month_end = day.month().last_day();
                for as_at in [day, month_end] {
                    let year = as_at.financial_year();
                    let quarter = DateRange::new(as_at.month().plus(-2).first_day(), as_at).unwrap();
                    for range in [year.range(), year.next().range(), quarter] {
                        let query = Query::of(range).on(as_at);
                        let context = format!("{what} {range:?} {as_at}\n{}", ledger.history_text());
                        let pages = compare(books, &query, length, &context);
                        prop_assert!(pages > 0 || as_at != month_end, "{}", context);
                        if what == "folder" {
                            compare_active(books, &ledger.store, &query, &context);
                        }
                        for (filter, named) in filters() {
                            let query = Query { filter, ..query.clone() };
                            let pages = compare_grants(books, &query, named, length, &context);
                            prop_assert!(pages > 1, "{named:?} {}", context);
                        }
                    }
                }
            }
            if what != "public" {
                compare_register(books, length, &ledger.history_text());
            }
            for text in ["1-20", "2", "recipient", "for", "a", "b c", "ref", "£300", "300", "10", "100.00", "nothing of it"] {
                compare_search(books, text);
            }
        }
        drop(public);
        drop(stored);
        prop_assert_eq!(verify(&path, &mut |_, _| {}).unwrap().findings, vec![]);
    }
}
