//! The core on random command sequences, compared with a naive model of the domain and checked against the
//! invariants of any books.
//!
//! Books are made as the command line makes them: `carry_out` on a draft, appended in batches.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "tests say what is wrong by panicking")]

#[path = "model/asks.rs"]
mod asks;
#[path = "model/attention.rs"]
mod attention;
#[path = "model/books.rs"]
mod books;
#[path = "model/closed_years.rs"]
mod closed_years;
#[path = "model/disputes.rs"]
mod disputes;
#[path = "model/explained.rs"]
mod explained;
#[path = "model/lists.rs"]
mod lists;
#[path = "model/naive.rs"]
mod naive;
#[path = "model/parts.rs"]
mod parts;
#[path = "model/prior_period.rs"]
mod prior_period;
#[path = "model/running.rs"]
mod running;
#[path = "model/shares.rs"]
mod shares;
#[path = "common/tally.rs"]
mod tally;
#[path = "model/walk.rs"]
mod walk;

use std::collections::BTreeMap;

use almoner_ledger::accounts::Account;
use almoner_ledger::book::{Books, Draft};
use almoner_ledger::calendar::{DateRange, FinancialYear, Month};
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::reverse_batch;
use almoner_ledger::entry::Posting;
use almoner_ledger::events::{Event, GrantFact};
use almoner_ledger::grants::{Fact, Grant};
use almoner_ledger::invariants::violations;
use almoner_ledger::reports::{By, Query, themes};
use almoner_ledger::totals::{Figure, Heading, PurposeView, figures};
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, KnownAt, Store, as_known_at, batch_of};
use asks::{Ask, Mix, batches};
use books::{
    Fate, Ledger, Manner, expenditure_posted, names_a_part, pence, posted, postings, recognised, sums,
};
use naive::{Kind, Pence};
use proptest::prelude::*;
use proptest::sample::Index;
use tally::{rounds, tally};

const CALM: Mix = Mix { undo: false, close: false, funders: false, wrong: false, monitoring: false };
const LIVELY: Mix = Mix { undo: true, close: false, funders: true, wrong: true, monitoring: true };
const CLOSING: Mix = Mix { close: true, ..LIVELY };
const AS_IS: Manner = Manner {
    options: Options {
        new_account: false,
        no_suggestions: true,
        add_missing: false,
        names: None,
        late: false,
        prior_period: None,
        record_reversed: false,
        again: true,
        confirm_names: false,
        today: None,
    },
    adjusts: false,
    undisputed: false,
};
const UNDISPUTED: Manner = Manner { undisputed: true, ..AS_IS };
const LATE: Manner = Manner { options: Options { late: true, ..AS_IS.options }, adjusts: true, ..AS_IS };

/// The name under which passed histories are counted, for the table at the end of the checks.
const HISTORIES: &str = "random histories of an office";

/// So many cases in the soak tier, a twelfth of them otherwise, unless `PROPTEST_CASES` says so. No file remembers
/// failures: one worth keeping becomes a test of its own.
fn cases(many: u32) -> ProptestConfig {
    let cases = rounds("PROPTEST_CASES", u64::from(many / 12), u64::from(many));
    let cases = u32::try_from(cases).unwrap_or(many);
    ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 10_000,
        max_global_rejects: 100_000,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(800))]

    #[test]
    fn the_core_agrees_with_the_naive_model(batches in prop_oneof![batches(LIVELY), batches(CLOSING)]) {
        // What falls in a closed month is booked later and keeps its day, which is all that the
        // model knows of.
        let ledger = Ledger::run(&batches, Manner { undisputed: true, ..LATE });
        for grant in ledger.grants() {
            let naive = &ledger.naive.grants[grant.id.as_str()];
            let (core, expected) = (books::changes(grant), naive.changes());
            // The same changes on every day are the same figures at the end of every day.
            prop_assert!(core == expected, "{}{}", ledger.history_text(), differing_rows(&core, &expected));
            let has_closed = |(_, command, fate): &(usize, Command, Fate)| {
                matches!((command, fate), (Command::Close { .. }, Fate::Recorded(_)))
            };
            if !ledger.tried.iter().any(has_closed) {
                let (core, expected) = (books::earlier_years(grant), naive.earlier_years());
                prop_assert!(core == expected, "{}{}", ledger.history_text(), differing_rows(&core, &expected));
            }
            // A change of fund awards nothing in any fund, and moves nothing in all.
            check_moves_between_funds(grant, &|| ledger.history_text());
            for day in core.keys().map(|(day, ..)| *day) {
                let at = naive.at(day);
                let so_far = |kind| -> Pence {
                    core.iter().filter(|((on, of, _), _)| *on <= day && *of == kind).map(|(_, it)| it).sum()
                };
                let (paid, due_back) = (so_far(Kind::Paid), so_far(Kind::DueBack));
                // What is paid before the decision is a commitment of none.
                let expected = if day < naive.decided() { 0 } else { at.awarded - paid + due_back };
                prop_assert_eq!(so_far(Kind::Committed), expected, "{}", ledger.history_text());
                let net = at.prepayments - at.accruals + at.due_back;
                prop_assert_eq!(net, paid - so_far(Kind::Expenditure), "{}", ledger.history_text());
            }
        }
        tally(HISTORIES, 1);
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn the_order_of_recording_does_not_matter(
        batches in batches(CALM),
        keys in prop::collection::vec(any::<u16>(), 70),
    ) {
        let first = Ledger::run(&batches, UNDISPUTED);
        let commands: Vec<Command> = recorded_commands(&first);
        let other_order = reordered(&commands, &keys);
        let mut second = Ledger::open(UNDISPUTED);
        other_order.iter().for_each(|command| { second.ask(command.clone()); });
        prop_assume!(recorded_commands(&second).len() == commands.len());
        for (id, changes) in first.changes() {
            let there = second.changes().remove(&id).unwrap_or_default();
            prop_assert!(changes == there, "{}\nor\n{}{}", first.history_text(), second.history_text(), differing_rows(&changes, &there));
        }
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn the_invariants_hold_after_every_batch(batches in batches(LIVELY)) {
        let mut ledger = Ledger::open(AS_IS);
        for asks in &batches {
            let head = ledger.store.head().record;
            ledger.batch(asks);
            check_invariants(&ledger, head + 1);
        }
        check_journal_against_totals(&ledger);
        tally(HISTORIES, 1);
    }

    #[test]
    fn refused_and_repeated_commands_leave_no_trace(batches in batches(CLOSING)) {
        let ledger = Ledger::run(&batches, AS_IS);
        let without = Ledger::run(&ledger.recorded(), AS_IS);
        prop_assert!(ledger.store.read_models() == without.store.read_models(), "{}", ledger.history_text());
        prop_assert_eq!(ledger.store.head(), without.store.head());
    }

    #[test]
    fn commands_sent_twice_are_already_recorded(batches in batches(LIVELY)) {
        let mut ledger = Ledger::open(AS_IS);
        for ask in batches.iter().flatten() {
            let before = ledger.tried.len();
            ledger.batch(std::slice::from_ref(ask));
            let Some((_, command, Fate::Recorded(_))) = ledger.tried.get(before).cloned() else { continue };
            let shelves = ledger.store.read_models().clone();
            let again = ledger.ask(command.clone());
            // A reversal is refused with the number of the one before, which is as good.
            let known = match command {
                Command::Reverse { .. } => matches!(again, Some(Fate::Refused(_))),
                _ => again == Some(Fate::Already),
            };
            prop_assert!(known, "{again:?}\n{}", ledger.history_text());
            prop_assert!(*ledger.store.read_models() == shelves, "{}", ledger.history_text());
        }
    }

    #[test]
    fn a_replay_of_the_journal_gives_the_same_books(batches in batches(CLOSING)) {
        let ledger = Ledger::run(&batches, LATE);
        let nothing = MemoryStore::default();
        let mut draft = Draft::replaying(&nothing);
        for record in ledger.journal(1) {
            draft.apply(record).unwrap();
        }
        prop_assert!(draft.finish_replay().unwrap() == *ledger.store.read_models(), "{}", ledger.history_text());
        // What `verify` checks finds nothing either.
        prop_assert_eq!(violations(&ledger.store).unwrap(), Vec::<String>::new(), "{}", ledger.history_text());
    }

    #[test]
    fn books_as_known_at_a_record_are_the_books_of_that_time(batches in batches(CLOSING), at in any::<Index>()) {
        let stop = at.index(batches.len());
        let then = Ledger::run(&batches[..=stop], LATE);
        let now = Ledger::run(&batches, LATE);
        let known = as_known_at(&now.store, KnownAt::Record(then.store.head().record)).unwrap();
        prop_assert!(known.read_models() == then.store.read_models(), "{}", now.history_text());
        prop_assert_eq!(known.head().record, then.store.head().record);
    }

    #[test]
    fn totals_are_the_sums_of_the_grants(batches in batches(CLOSING)) {
        let ledger = Ledger::run(&batches, LATE);
        let mut rows = Vec::new();
        for grant in ledger.grants() {
            let dated = figures(grant, PurposeView::Dated).unwrap();
            rows.extend(dated.iter().map(|cell| {
                let (fund, theme) = (cell.fund.clone(), Some(cell.theme.clone()));
                let heading = Heading { fund, theme, power: cell.power };
                ((heading, cell.day.month(), cell.figure), pence(cell.amount))
            }));
            let by_day = |cells: &[almoner_ledger::totals::GrantFigure<'_>]| {
                sums(cells.iter().map(|cell| ((cell.day, cell.figure, cell.fund.clone()), pence(cell.amount))))
            };
            for view in [PurposeView::Original, PurposeView::Current] {
                let viewed = figures(grant, view).unwrap();
                prop_assert_eq!(by_day(&viewed), by_day(&dated), "{:?} {}", view, ledger.history_text());
            }
        }
        rows.extend(postings_beside_grants(&ledger));
        let (kept, summed) = (all_totals(&ledger), sums(rows));
        prop_assert!(kept == summed, "{}{}", ledger.history_text(), differing_rows(&kept, &summed));
    }

    #[test]
    fn records_and_grants_are_read_back_as_they_were_written(batches in batches(CLOSING)) {
        let ledger = Ledger::run(&batches, LATE);
        for record in ledger.journal(1) {
            let text = serde_json::to_string(&record.event).unwrap();
            prop_assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), record.event);
        }
        for grant in ledger.grants() {
            let bytes = postcard::to_stdvec(grant).unwrap();
            prop_assert_eq!(&postcard::from_bytes::<Grant>(&bytes).unwrap(), grant);
        }
    }

    #[test]
    fn a_reversed_record_has_no_effect(batches in batches(CALM), which in any::<Index>()) {
        let mut ledger = Ledger::run(&batches, UNDISPUTED);
        let commands = recorded_commands(&ledger);
        let numbers: Vec<u64> = ledger.tried.iter().filter_map(|(_, _, fate)| match fate {
            Fate::Recorded(number) => Some(*number),
            _ => None,
        }).collect();
        let which = which.index(numbers.len().max(1));
        prop_assume!(which < numbers.len());
        let reversed = ledger.ask(Command::Reverse { record: numbers[which], reason: None });
        prop_assume!(matches!(reversed, Some(Fate::Recorded(_))));
        let mut without = Ledger::open(UNDISPUTED);
        for (position, command) in commands.iter().enumerate() {
            // Where something else was only possible with the record, there is nothing to compare.
            prop_assume!(position == which || matches!(without.ask(command.clone()), Some(Fate::Recorded(_))));
        }
        prop_assert_eq!(ledger.changes(), without.changes(), "{}", ledger.history_text());
    }

    #[test]
    fn a_reversed_batch_has_no_effect(
        batches in batches(Mix { undo: false, ..LIVELY }),
        at in any::<Index>(),
    ) {
        let stop = at.index(batches.len());
        let mut ledger = Ledger::run(&batches[..stop], AS_IS);
        let (then, totals, reference) = (ledger.changes(), all_totals(&ledger), held(&ledger));
        let asks: Vec<Ask> = batches[stop..].concat();
        ledger.batch(&asks);
        let batch = batch_of(&ledger.store, ledger.store.head().record).unwrap();
        // An opening is undone by nothing; a batch that recorded nothing is none.
        prop_assume!(stop > 0 && held(&ledger) != reference);
        let mut draft = Draft::new(&ledger.store, "2018-01-01T09:00:00Z".to_owned(), "tester".to_owned());
        reverse_batch(&mut draft, &batch.records, None, &mut |_, _| {}).unwrap();
        let undone = draft.finish().unwrap();
        ledger.store.append(ledger.store.head(), BatchLabel::default(), undone).unwrap();
        prop_assert!(ledger.changes() == then, "{}{:?}", ledger.history_text(), batch);
        prop_assert!(all_totals(&ledger) == totals, "{}", ledger.history_text());
        prop_assert!(held(&ledger) == reference, "{}", ledger.history_text());
        prop_assert_eq!(violations(&ledger.store).unwrap(), Vec::<String>::new(), "{}", ledger.history_text());
    }

    #[test]
    fn a_closed_month_keeps_its_postings(batches in batches(CLOSING)) {
        let mut ledger = Ledger::open(LATE);
        let mut closed = BTreeMap::new();
        let posted = |ledger: &Ledger, month| -> Vec<_> {
            let posted = |figure: &Figure| matches!(figure, Figure::Posted(_));
            totals_of(ledger, month).into_iter().filter(|((_, figure), _)| posted(figure)).collect()
        };
        for ask in batches.iter().flatten() {
            let before = ledger.tried.len();
            ledger.batch(std::slice::from_ref(ask));
            for (_, command, fate) in &ledger.tried[before..] {
                if let (Command::Close { month, .. }, Fate::Recorded(_)) = (command, fate) {
                    closed.insert(*month, posted(&ledger, *month));
                } else if let (Command::Reopen { month, .. }, Fate::Recorded(_)) = (command, fate) {
                    closed.remove(month);
                }
            }
            // A power that becomes known later is that of every posting, and moves nothing else.
            let is_stated = |(_, command, fate): &(_, Command, Fate)| {
                matches!((command, fate), (Command::State { .. }, Fate::Recorded(_)))
            };
            let stated = ledger.tried.iter().any(is_stated);
            let seen = |figures: &[_]| if stated { under_any_power(figures) } else { figures.to_vec() };
            for (month, then) in &closed {
                prop_assert_eq!(seen(&posted(&ledger, *month)), seen(then), "{} {}", month, ledger.history_text());
            }
        }
    }

    #[test]
    fn in_open_months_all_is_under_the_recipient_in_force(batches in batches(LIVELY)) {
        let ledger = Ledger::run(&batches, LATE);
        for grant in ledger.grants() {
            let cells = figures(grant, PurposeView::Dated).unwrap();
            let by_day = sums(cells.iter().map(|it| {
                ((it.day, it.figure, it.recipient.to_string(), it.theme.to_string()), pence(it.amount))
            }));
            let in_force = grant.award().map(|award| award.recipient.to_string());
            for (key, amount) in by_day {
                let (_, _, recipient, _) = &key;
                prop_assert_eq!(Some(recipient.clone()), in_force.clone(), "{:?} {} {}", key, amount, ledger.history_text());
            }
        }
    }

    #[test]
    fn when_all_months_up_to_one_are_closed_all_their_figures_stay(
        batches in batches(LIVELY),
        at in any::<Index>(),
        closed in 0..48i32,
    ) {
        // Balances, too, stay once nothing before them can change: by fund, theme and recipient. Only what is not
        // scheduled follows from what is known now.
        let first = Month::parse("2014-01").unwrap();
        let months: Vec<Month> = (0..=closed).map(|number| first.plus(number)).collect();
        let last = months.last().unwrap().last_day();
        let figures_of = |ledger: &Ledger| {
            let mut rows = Vec::new();
            for grant in ledger.grants() {
                let cells = figures(grant, PurposeView::Dated).unwrap();
                rows.extend(cells.iter().filter(|it| it.day <= last && it.figure != Figure::Unscheduled).map(|it| {
                    let of = (it.fund.to_string(), it.theme.to_string(), it.recipient.to_string());
                    ((grant.id.to_string(), it.day.month(), of, it.figure), pence(it.amount))
                }));
            }
            sums(rows)
        };
        let budgets_of = |ledger: &Ledger| {
            let to_end = DateRange::new(first.first_day(), last).unwrap();
            let last_month = DateRange::new(last.month().first_day(), last).unwrap();
            [to_end, last_month].map(|range| {
                let rows = themes(&ledger.store, &Query::of(range), By::Theme).unwrap().rows;
                sums(rows.into_iter().map(|row| (row.key.id, pence(row.measures.budget))))
            })
        };
        let mut ledger = Ledger::open(LATE);
        let stop = at.index(batches.len());
        batches[..=stop].iter().for_each(|asks| ledger.batch(asks));
        months.iter().for_each(|month| { ledger.ask(Command::close(*month)); });
        let (then, budgets) = (figures_of(&ledger), budgets_of(&ledger));
        for asks in &batches[stop + 1..] {
            ledger.batch(asks);
            let now = figures_of(&ledger);
            prop_assert!(now == then, "{}{}", ledger.history_text(), differing_rows(&then, &now));
            prop_assert_eq!(budgets_of(&ledger), budgets.clone(), "{}", ledger.history_text());
            prop_assert_eq!(violations(&ledger.store).unwrap(), Vec::<String>::new(), "{}", ledger.history_text());
        }
    }

    #[test]
    fn receipts_in_advance_become_income_as_expenditure_is_recognised(batches in batches(CLOSING)) {
        let ledger = Ledger::run(&batches, LATE);
        for ((fund, year), months) in advances(&ledger) {
            // Each financial year by itself, wherever it is booked: money of one meets no expenditure of another.
            let (mut received, mut released, mut charged) = (0, 0, 0);
            for (month, [more, release, charge]) in months {
                received += more;
                released += release;
                charged += charge;
                // A closed month keeps what it released, whatever becomes known of earlier ones.
                let open = !ledger.store.reference().closed.contains(month);
                let due = received.min(charged).max(0);
                prop_assert!(!open || released == due, "{fund} {year} {month}: {released}, {due} {}", ledger.history_text());
            }
        }
    }
}

/// On each day, what moves between the funds of a grant is zero in total. Where only a change of fund is dated, nothing
/// is awarded in any fund.
fn check_moves_between_funds(grant: &Grant, context: &dyn Fn() -> String) {
    let of = |day, fund: &almoner_ledger::funds::FundId, account| -> Pence {
        let postings = postings(grant).filter(|it| it.effective == day && it.fund == fund);
        postings.filter(|it| it.account == account).map(|it| pence(it.amount)).sum()
    };
    let days: std::collections::BTreeSet<_> = postings(grant).map(|it| it.effective).collect();
    let funds: std::collections::BTreeSet<_> = postings(grant).map(|it| it.fund.clone()).collect();
    for day in days {
        let facts = || grant.facts().filter(|fact| fact.date() == Some(day));
        // What is paid before the decision counts as awarded until then.
        let is_decided = grant.award().is_some_and(|award| award.decided <= day);
        let moves_only =
            is_decided && facts().all(|fact| matches!(fact, Fact::FundChanged(_) | Fact::Paid(_)));
        let mut all_moved = 0;
        for fund in &funds {
            let paid = -of(day, fund, Account::Bank);
            let due_back = of(day, fund, Account::RecoveriesDue);
            let awarded = paid - of(day, fund, Account::AwardsOutstanding) - due_back;
            assert!(!moves_only || awarded == 0, "6: {day} {fund} awarded {awarded} {}", context());
            all_moved += of(day, fund, Account::Commitments) + of(day, fund, Account::AwardsOutstanding);
        }
        assert_eq!(all_moved, 0, "7: {day} {}", context());
    }
}

/// Invariants 1 to 3 and 5 to 8, recomputed from the books and the newest records. (4,
/// the parts of a grant, and 5 by heading: `totals_are_the_sums_of_the_grants`.)
fn check_invariants(ledger: &Ledger, first_new_record: u64) {
    for record in ledger.journal(first_new_record) {
        let set = |it: &Posting<'_>| (it.effective, it.booked, it.fund.clone(), it.account.is_memorandum());
        let out_of_balance = sums(record.event.postings().map(|it| (set(&it), pence(it.amount))));
        assert!(out_of_balance.is_empty(), "1: {record:?}");
        if let Event::Grant(GrantFact { id, fact, posted, .. }) = &record.event
            && matches!(**fact, Fact::Repurposed(_) | Fact::FundChanged(_))
        {
            // Parts with terms of their own are each rounded by itself.
            let is_by_day = ledger.grants().all(|it| it.id != *id || !names_a_part(it));
            let day = |it: &Posting<'_>| is_by_day.then_some(it.effective);
            let moved = posted.postings().map(|it| ((recognised(it.account), day(&it)), pence(it.amount)));
            assert!(sums(moved).is_empty(), "7: {record:?}");
        }
    }
    let mut balances = Vec::new();
    let mut in_grants = Vec::new();
    for grant in ledger.grants() {
        let standing = grant.standing().unwrap();
        let (awarded, refunded) = (pence(standing.awarded), pence(standing.refunded));
        let paid = pence(standing.paid) - refunded;
        let due_back = (paid - awarded).max(0);
        let charged = expenditure_posted(grant);
        assert_eq!(posted(grant, Account::EarlierYears), 0, "7: {}", grant.id);
        assert_eq!(posted(grant, Account::AwardsMoved), 0, "7: {}", grant.id);
        let context = || format!("{} {}", grant.id, ledger.history_text());
        assert!(0 <= paid && 0 <= awarded, "8: {}", context());
        match grant.period() {
            None => assert_eq!(charged, paid - due_back, "2, recognised when paid: {}", context()),
            Some(_) => assert_eq!(charged, awarded, "2: {}", context()),
        }
        assert_eq!(posted(grant, Account::Bank), -paid, "3: {}", context());
        assert_eq!(posted(grant, Account::RecoveriesDue), due_back, "3: {}", context());
        assert_eq!(posted(grant, Account::GrantControl), paid - charged - due_back, "3: {}", context());
        assert_eq!(posted(grant, Account::Commitments), awarded - paid + due_back, "8: {}", context());
        let in_one_fund = sums(postings(grant).map(|it| (it.fund.clone(), 1))).len() <= 1;
        let place = |it: &Posting<'_>| (it.fund.clone(), it.theme.cloned());
        for ((account, theme), amount) in
            sums(postings(grant).map(|it| ((recognised(it.account), place(&it)), pence(it.amount))))
        {
            let is_debit = [Account::GrantExpenditure, Account::RecoveriesDue, Account::Commitments];
            assert!(
                !is_debit.contains(&account) || amount >= 0,
                "{account} {theme:?} {amount}: {}",
                context()
            );
            // What another fund paid for an accrual is negative until it is paid.
            assert!(
                !in_one_fund || account != Account::Bank || amount <= 0,
                "{account} {theme:?} {amount}: {}",
                context()
            );
        }
        // Prepayments and accruals by grant and fund, so that they are never netted.
        let control = postings(grant).filter(|it| it.account == Account::GrantControl);
        let mut balances_of: BTreeMap<_, Pence> = BTreeMap::new();
        let by_fund = control.map(|it| ((it.fund.clone(), it.booked.month()), pence(it.amount)));
        for ((fund, month), amount) in sums(by_fund) {
            let balance = balances_of.entry(fund).or_default();
            let (before, after) = (*balance, *balance + amount);
            balances.push(((Figure::Prepayments, month), after.max(0) - before.max(0)));
            balances.push(((Figure::Accruals, month), (-after).max(0) - (-before).max(0)));
            *balance = after;
        }
        in_grants.extend(postings(grant).map(|it| ((it.fund.clone(), it.account), pence(it.amount))));
    }
    let totals = || ledger.store.totals().iter();
    let kept = totals().flat_map(|(_, month, it)| {
        [Figure::Prepayments, Figure::Accruals].map(|figure| ((figure, month), pence(it.get(figure))))
    });
    assert_eq!(sums(kept), sums(balances), "3, in total: {}", ledger.history_text());
    let beside = postings_beside_grants(ledger).into_iter().filter_map(|((heading, _, figure), amount)| {
        if let Figure::Posted(account) = figure { Some(((heading.fund, account), amount)) } else { None }
    });
    let in_totals = totals().flat_map(|(heading, _, it)| {
        Account::ALL.map(|account| ((heading.fund.clone(), account), pence(it.get(Figure::Posted(account)))))
    });
    assert_eq!(sums(in_totals), sums(in_grants.into_iter().chain(beside)), "5: {}", ledger.history_text());
}

/// The totals carried forward month by month are what the journal comes to at each month's end.
fn check_journal_against_totals(ledger: &Ledger) {
    let journal = ledger.journal(1);
    let mut opening: BTreeMap<Account, Pence> = BTreeMap::new();
    let months: std::collections::BTreeSet<Month> =
        ledger.store.totals().iter().map(|(_, it, _)| it).collect();
    for month in months {
        for (_, _, it) in ledger.store.totals().iter().filter(|(_, of, _)| *of == month) {
            for account in Account::ALL {
                *opening.entry(account).or_default() += pence(it.get(Figure::Posted(account)));
            }
        }
        let so_far = journal.iter().flat_map(|record| record.event.postings());
        let so_far = so_far.filter(|it| it.booked <= month.last_day());
        let closing = sums(so_far.map(|it| (it.account, pence(it.amount))));
        opening.retain(|_, amount| *amount != 0);
        assert_eq!(opening, closing, "6: {month} {}", ledger.history_text());
    }
}

fn every_figure() -> impl Iterator<Item = Figure> {
    Account::ALL.into_iter().map(Figure::Posted).chain(Figure::NOT_POSTED)
}

/// Receipts, budgets and released income, as totals keep them.
fn postings_beside_grants(ledger: &Ledger) -> Vec<((Heading, Month, Figure), Pence)> {
    let beside = |event: &Event| event.grant().is_none();
    let records = ledger.journal(1).into_iter().filter(|record| beside(&record.event));
    let rows = records.flat_map(|record| {
        let row = |it: Posting<'_>| {
            let (fund, theme) = (it.fund.clone(), it.theme.cloned());
            let heading = Heading { fund, theme, power: almoner_ledger::grants::Power::NotStated };
            ((heading, it.booked.month(), Figure::Posted(it.account)), pence(it.amount))
        };
        record.event.postings().map(row).collect::<Vec<_>>()
    });
    rows.collect()
}

fn all_totals(ledger: &Ledger) -> BTreeMap<(Heading, Month, Figure), Pence> {
    sums(ledger.store.totals().iter().flat_map(|(heading, month, it)| {
        every_figure().map(move |figure| ((heading.clone(), month, figure), pence(it.get(figure))))
    }))
}

/// The records of all that holds.
fn held(ledger: &Ledger) -> Vec<u64> {
    let shelves = ledger.store.read_models();
    let reference = &shelves.reference;
    let facts = shelves.grants.values().flat_map(|grant| grant.live().map(|it| it.record));
    let receipts = reference.receipts.iter().filter(|it| it.reversed_by.is_none()).map(|it| it.record);
    let themes = reference.themes.values().map(|it| it.record());
    let budgets = reference.budgets.values().map(|it| it.record());
    let decisions = shelves.decisions.values().filter(|it| !it.reversed).map(|it| it.record);
    let indicators = reference.indicators.values().map(|it| it.record());
    let papers = reference.papers.values().map(|it| it.record());
    let stated = themes.chain(budgets).chain(decisions).chain(indicators).chain(papers);
    let mut held: Vec<u64> = facts.chain(receipts).chain(stated).collect();
    held.sort_unstable();
    held
}

fn totals_of(ledger: &Ledger, month: Month) -> BTreeMap<(Heading, Figure), Pence> {
    let of_month = ledger.store.totals().iter().filter(|(_, it, _)| *it == month);
    sums(of_month.flat_map(|(heading, _, it)| {
        every_figure().map(|figure| ((heading.clone(), figure), pence(it.get(figure))))
    }))
}

/// The same figures without their powers.
fn under_any_power(figures: &[((Heading, Figure), Pence)]) -> Vec<((Heading, Figure), Pence)> {
    let any = |((heading, figure), amount): &((Heading, Figure), Pence)| {
        let power = almoner_ledger::grants::Power::NotStated;
        ((Heading { power, ..heading.clone() }, *figure), *amount)
    };
    sums(figures.iter().map(any)).into_iter().collect()
}

/// What a fund received in advance, released and charged, month by month as booked.
fn advances(ledger: &Ledger) -> BTreeMap<(String, FinancialYear), BTreeMap<Month, [Pence; 3]>> {
    let mut funds: BTreeMap<_, BTreeMap<Month, [Pence; 3]>> = BTreeMap::new();
    for record in ledger.journal(1) {
        let release = matches!(record.event, Event::IncomeReleased(_));
        for it in record.event.postings() {
            let (place, amount) = match it.account {
                Account::ReceiptsInAdvance if release => (1, pence(it.amount)),
                Account::ReceiptsInAdvance => (0, -pence(it.amount)),
                Account::GrantExpenditure => (2, pence(it.amount)),
                _ => continue,
            };
            let year = it.effective.financial_year();
            let months = funds.entry((it.fund.to_string(), year)).or_default();
            months.entry(it.booked.month()).or_default()[place] += amount;
        }
    }
    // In a month in which nothing comes about, nothing is caught up either.
    funds.values_mut().for_each(|months| months.retain(|_, sums| *sums != [0; 3]));
    funds
}

fn recorded_commands(ledger: &Ledger) -> Vec<Command> {
    let recorded = ledger.tried.iter().filter(|(_, _, fate)| matches!(fate, Fate::Recorded(_)));
    recorded.map(|(_, command, _)| command.clone()).collect()
}

/// Another order of recording: awards first, and as they were a grant's facts of one day, since
/// their order says what came first, and those of a withdrawn grant, since a withdrawal takes
/// back what is known to be left.
fn reordered(commands: &[Command], keys: &[u16]) -> Vec<Command> {
    let is_award = |position: &usize| matches!(commands[*position], Command::Award(_));
    let mut order: Vec<usize> = (0..commands.len()).collect();
    order.sort_by_key(|position| (!is_award(position), keys[*position % keys.len()]));
    let mut same_day: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    let withdrawn =
        |id| commands.iter().any(|it| matches!(it, Command::Withdraw { award, .. } if award == id));
    for (place, position) in order.iter().enumerate().filter(|(_, position)| !is_award(position)) {
        let (id, day) = asks::grant_and_day(&commands[*position]).unwrap();
        same_day.entry((id, (!withdrawn(id)).then_some(day))).or_default().push(place);
    }
    for places in same_day.values() {
        let mut positions: Vec<usize> = places.iter().map(|place| order[*place]).collect();
        positions.sort_unstable();
        places.iter().zip(positions).for_each(|(place, position)| order[*place] = position);
    }
    order.into_iter().map(|position| commands[position].clone()).collect()
}

/// The rows in which two sets of sums differ.
fn differing_rows<Key: Ord + std::fmt::Debug>(
    here: &BTreeMap<Key, Pence>,
    there: &BTreeMap<Key, Pence>,
) -> String {
    let rows = |of: &BTreeMap<Key, Pence>, other: &BTreeMap<Key, Pence>| -> String {
        let only = of.iter().filter(|(row, amount)| other.get(row) != Some(amount));
        only.map(|(row, amount)| format!("  {row:?} {amount}\n")).collect()
    };
    format!("only the first has:\n{}only the second has:\n{}", rows(here, there), rows(there, here))
}

proptest! {
    // These write files.
    #![proptest_config(cases(40))]

    #[test]
    fn the_index_returns_totals_as_known_at_a_record(batches in batches(CLOSING), at in any::<Index>()) {
        let ledger = Ledger::run(&batches, LATE);
        let folder = tempfile::tempdir().unwrap();
        let stored = ledger.in_folder(&folder.path().join("a.ledger"));
        prop_assert!(stored.totals() == ledger.store.totals());
        let record = 1 + at.index(usize::try_from(ledger.store.head().record).unwrap()) as u64;
        let replayed = as_known_at(&ledger.store, KnownAt::Record(record)).unwrap();
        let known_totals = stored.totals_as_known_at(KnownAt::Record(record)).unwrap().unwrap();
        prop_assert_eq!(known_totals.head().record, record);
        prop_assert!(known_totals.totals() == replayed.totals(), "{record} {}", ledger.history_text());
        let known = |books: &dyn Books| {
            let mut reference = books.reference().clone();
            // The bank, the reversals of what belongs to grants and recipients, and what later releases go by are left out.
            reference.receipts.iter_mut().for_each(|receipt| receipt.reconciled = None);
            reference.reversed.clear();
            reference.late_advances.clear();
            reference
        };
        prop_assert!(known(&known_totals) == known(&replayed), "{record} {}", ledger.history_text());
        prop_assert!(known_totals.each_grant(&mut |_| Ok(())).is_err());
        // They suffice for reports of whole months.
        let year = FinancialYear::parse("2015-16").unwrap();
        for by in By::ALL.into_iter().filter(|by| *by != By::Recipient) {
            let of_year = |books: &dyn Books| themes(books, &Query::of(year.range()), by).unwrap().rows;
            prop_assert_eq!(of_year(&known_totals), of_year(&replayed));
        }
        // The same batches, too, whether their ends are guessed or read to.
        let batch = |store: &dyn Store| {
            let end = store.commit_of(record).unwrap().unwrap();
            (end.first(), end.head.record)
        };
        prop_assert_eq!(batch(&stored), batch(&ledger.store));
    }
}
