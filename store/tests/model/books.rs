//! Books made by commands, with the naive model beside them, and sums recomputed from what was
//! posted.

use std::collections::BTreeMap;
use std::path::Path;

use almoner_ledger::accounts::Account;
use almoner_ledger::allocation::Part;
use almoner_ledger::book::{Books, Draft};
use almoner_ledger::calendar::Date;
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Outcome, Refusal, carry_out, opening};
use almoner_ledger::entry::Posting;
use almoner_ledger::events::Record;
use almoner_ledger::grants::{Fact, Grant, GrantId, Purpose, Variation};
use almoner_ledger::money::Money;
use almoner_ledger::recipients::RecipientId;
use almoner_ledger::text::Text;
use almoner_ledger::themes::ThemeId;
use almoner_store::folder::lock::Turn;
use almoner_store::folder::{Access, Ledger as Folder};
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, Lines, Logged, Store};
use proptest::sample::Index;

use crate::asks::{Ask, THEMES, first_month, grant_and_day, in_two, words};
use crate::naive::{Changes, Kind, Naive, Pence, What};

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Recorded(u64),
    Already,
    Refused(&'static str),
}

/// How commands are put to the core.
#[derive(Clone, Debug, Default)]
pub struct Manner {
    pub options: Options,
    /// Take some of what belongs to earlier years to reserves, as [`is_material`] says.
    pub adjusts: bool,
    /// Leave out what core and model are known to settle differently (see [`disputed`]).
    pub undisputed: bool,
}

impl Manner {
    /// Carries out a command, as a prior period adjustment if it is to be one and anything belongs to earlier years.
    fn carried_out(&self, draft: &mut Draft<'_>, command: &Command) -> Result<Outcome, Refusal> {
        if self.adjusts && is_material(command) {
            let prior_period = Some(Text::new("A material error").unwrap());
            let adjusted = carry_out(draft, command, Options { prior_period, ..self.options.clone() });
            let is_none = |refusal: &Refusal| match refusal {
                Refusal::Rejected(rejection) => {
                    ["not-of-earlier-years", "recorded-without-adjustment"].contains(&rejection.code())
                }
                Refusal::Books(_) => false,
            };
            if !adjusted.as_ref().is_err_and(is_none) {
                return adjusted;
            }
        }
        carry_out(draft, command, self.options.clone())
    }
}

/// Whether a command is taken for the correction of a material error: always the same of the same command.
pub fn is_material(command: &Command) -> bool {
    words(command).len().is_multiple_of(2)
}

/// Books in memory with the model beside them.
pub struct Ledger {
    pub store: MemoryStore,
    pub naive: Naive,
    /// Every command so far with its batch and its fate.
    pub tried: Vec<(usize, Command, Fate)>,
    manner: Manner,
    batches: usize,
}

impl Ledger {
    pub fn open(manner: Manner) -> Ledger {
        let text = |words: &str| Text::new(words).unwrap();
        let store = MemoryStore::default();
        let mut ledger = Ledger { store, naive: Naive::default(), tried: Vec::new(), manner, batches: 0 };
        let mut draft = draft_on(&ledger.store);
        for event in opening("model".to_owned(), text("A Commissioner")) {
            draft.add(event).unwrap();
        }
        let recipients = ["r0", "r1"].map(|id| {
            let id_given = Some(RecipientId::new(id).unwrap());
            Command::AddRecipient { id: id_given, name: text(id), identifiers: Vec::new() }
        });
        let themes = THEMES
            .into_iter()
            .filter(|id| *id != ThemeId::UNALLOCATED)
            .map(|id| Command::AddTheme { id: ThemeId::new(id).unwrap(), name: text(id), objective: None });
        for command in recipients.into_iter().chain(themes) {
            carry_out(&mut draft, &command, Options::default()).unwrap();
        }
        let batch = draft.finish().unwrap();
        ledger.store.append(ledger.store.head(), BatchLabel::default(), batch).unwrap();
        ledger
    }

    pub fn run(batches: &[Vec<Ask>], manner: Manner) -> Ledger {
        let mut ledger = Ledger::open(manner);
        batches.iter().for_each(|asks| ledger.batch(asks));
        ledger
    }

    /// One command as a batch of its own.
    pub fn ask(&mut self, command: Command) -> Option<Fate> {
        let before = self.tried.len();
        self.batch(&[Ask::Do(command)]);
        self.tried.get(before).map(|(_, _, fate)| *fate)
    }

    /// Carries out a batch and appends it.
    pub fn batch(&mut self, asks: &[Ask]) {
        let mut draft = draft_on(&self.store);
        for command in asks.iter().flat_map(each_closing) {
            let Some(command) = settled(&command, &draft, &self.naive, &self.tried) else { continue };
            if self.manner.undisputed && disputed(&self.naive, &command) {
                continue;
            }
            let expected = self.naive.refusal_of_money(&command).filter(|_| self.manner.undisputed);
            let records = draft.reference().records;
            let fate = match self.manner.carried_out(&mut draft, &command) {
                Ok(Outcome::Recorded(numbers)) => {
                    assert_eq!(*numbers.start(), records + 1);
                    self.naive.note(*numbers.end(), &command);
                    Fate::Recorded(*numbers.end())
                }
                Ok(Outcome::Already(_)) => Fate::Already,
                Err(Refusal::Rejected(rejection)) => Fate::Refused(rejection.code()),
                Err(Refusal::Books(error)) => panic!("{}: {error}", words(&command)),
            };
            let took = matches!(fate, Fate::Recorded(_));
            assert!(took || draft.reference().records == records, "{} left a trace", words(&command));
            // The model knows nothing of repeats and of the sequence of things alike.
            let alike = matches!(fate, Fate::Already | Fate::Refused("out-of-sequence"));
            if let Some(expected) = expected
                && !alike
            {
                let refused = if let Fate::Refused(code) = fate { Some(code) } else { None };
                assert_eq!(refused, expected, "{}{}", self.history_text(), words(&command));
            }
            self.tried.push((self.batches, command, fate));
        }
        let batch = draft.finish().unwrap();
        self.store.append(self.store.head(), BatchLabel::default(), batch).unwrap();
        self.batches += 1;
    }

    /// The same batches recorded in a folder.
    pub fn in_folder(&self, path: &Path) -> Folder {
        self.batches_in_folder(path, self.records_of_batches().into_iter())
    }

    /// The records of each batch, the opening first.
    pub fn records_of_batches(&self) -> Vec<Vec<Record>> {
        let mut batches: Vec<Vec<Record>> = vec![Vec::new()];
        self.store
            .lines(1, &mut |logged| {
                match logged {
                    Logged::Record(record, _) => batches.last_mut().unwrap().push(record),
                    Logged::Commit(_) => batches.push(Vec::new()),
                }
                Ok(true)
            })
            .unwrap();
        batches.retain(|records| !records.is_empty());
        batches
    }

    /// The first of these batches recorded in a new folder.
    pub fn batches_in_folder(&self, path: &Path, mut batches: impl Iterator<Item = Vec<Record>>) -> Folder {
        let opening = batches.next().unwrap();
        let (at, by) = (opening[0].at.to_string(), opening[0].by.to_string());
        let events = opening.into_iter().map(|record| record.event).collect();
        let mut folder = Folder::create(path, events, at, by).unwrap();
        batches.for_each(|records| self.append_records(&mut folder, records));
        folder
    }

    /// The same batches recorded in a folder whose index has a run of the first of them, the records of the others following
    /// it.
    pub fn in_folder_with_tail(&self, path: &Path, indexed: usize) -> Folder {
        let mut batches = self.records_of_batches().into_iter();
        drop(self.batches_in_folder(path, batches.by_ref().take(indexed)));
        Folder::rebuild(path, &Turn::default(), None, &mut |_, _| {}).unwrap();
        let (mut folder, _) = Folder::open(path, Access::Write, &mut |_, _| {}).unwrap();
        batches.for_each(|records| self.append_records(&mut folder, records));
        folder
    }

    /// A further batch recorded in a folder.
    pub fn append_records(&self, folder: &mut Folder, records: Vec<Record>) {
        let mut draft = Draft::new(&*folder, records[0].at.to_string(), records[0].by.to_string());
        records.into_iter().for_each(|record| draft.apply(record).unwrap());
        let batch = draft.finish().unwrap();
        folder.append(folder.head(), BatchLabel::default(), batch).unwrap();
    }

    /// The commands that were recorded, by batch.
    pub fn recorded(&self) -> Vec<Vec<Ask>> {
        let mut batches = vec![Vec::new(); self.batches];
        for (batch, command, fate) in &self.tried {
            if matches!(fate, Fate::Recorded(_)) {
                batches[*batch].push(Ask::Do(command.clone()));
            }
        }
        batches
    }

    /// What was asked and what became of it, line by line.
    pub fn history_text(&self) -> String {
        self.tried.iter().map(|(_, command, fate)| format!("{fate:?} {}\n", words(command))).collect()
    }

    pub fn grants(&self) -> impl Iterator<Item = &Grant> {
        self.store.read_models().grants.values()
    }

    /// The records of the journal from a number on.
    pub fn journal(&self, from: u64) -> Vec<Record> {
        let mut records = Vec::new();
        self.store
            .lines(from, &mut |logged| {
                records.extend(match logged {
                    Logged::Record(record, _) => Some(record),
                    Logged::Commit(_) => None,
                });
                Ok(true)
            })
            .unwrap();
        records
    }

    /// The changes of every grant that has any.
    pub fn changes(&self) -> BTreeMap<String, Changes> {
        let changes = self.grants().map(|grant| (grant.id.to_string(), changes(grant)));
        changes.filter(|(_, changes)| !changes.is_empty()).collect()
    }
}

fn draft_on(store: &MemoryStore) -> Draft<'_> {
    Draft::new(store, "2018-01-01T09:00:00Z".to_owned(), "tester".to_owned())
}

/// The command that an ask comes to on these books.
fn settled(ask: &Ask, books: &dyn Books, naive: &Naive, tried: &[(usize, Command, Fate)]) -> Option<Command> {
    Some(match ask {
        Ask::Do(command) => command.clone(),
        Ask::PayLeft { award, date, more } => {
            let (awarded, paid) = naive.awarded_and_paid(award.as_str())?;
            let amount = Money::from_pence(i64::try_from(awarded - paid).unwrap() + more);
            Command::Pay {
                account: None,
                award: award.clone(),
                date: *date,
                amount,
                reference: None,
                before_decision: Some(Text::new("urgent").unwrap()),
                part: None,
                occurrence: 1,
            }
        }
        Ask::Return { award, date, which } => {
            let facts = &naive.grants.get(award.as_str())?.facts;
            let amount = |it: &What| if let What::Pay { amount, .. } = it { Some(*amount) } else { None };
            let paid: Vec<Pence> = facts.iter().filter_map(|it| amount(&it.what)).collect();
            // Mostly a payment; now and then nothing that was paid.
            let amount = paid.get(which.index(paid.len() + 1)).copied().unwrap_or(7);
            let amount = Money::from_pence(i64::try_from(amount).unwrap());
            let (award, date) = (award.clone(), *date);
            Command::Return {
                account: None,
                award,
                date,
                amount,
                reference: None,
                payment: None,
                recent: false,
                occurrence: 1,
            }
        }
        Ask::RepurposeByAmounts { award, date, first } => {
            let (awarded, _) = naive.awarded_and_paid(award.as_str())?;
            let awarded = usize::try_from(awarded).ok().filter(|pence| *pence > 1)?;
            let (first, awarded) = (first.index(awarded - 1) as i64 + 1, awarded as i64);
            let split = in_two(("b", first), (ThemeId::UNALLOCATED, awarded - first));
            let purpose = Purpose { text: Text::new("by amounts").unwrap(), split };
            let (award, date) = (award.clone(), *date);
            Command::Repurpose { award, decision: None, date, purpose, include_past: false }
        }
        Ask::PayPart { award, date, amount, which } => {
            let part = part_on(naive, award, *date, which)?;
            let before_decision = Some(Text::new("urgent").unwrap());
            let (award, date, amount, reference) = (award.clone(), *date, *amount, None);
            Command::Pay {
                account: None,
                award,
                date,
                amount,
                reference,
                before_decision,
                part: Some(part),
                occurrence: 1,
            }
        }
        Ask::RefundPart { award, date, amount, stays, which } => Command::Refund {
            account: None,
            award: award.clone(),
            date: *date,
            amount: *amount,
            reference: None,
            stays_available: *stays,
            part: Some(part_on(naive, award, *date, which)?),
            occurrence: 1,
        },
        Ask::VaryPart { award, date, change, which, added } => {
            let part = added.clone().or_else(|| part_on(naive, award, *date, which))?;
            let (award, date, change) = (award.clone(), *date, *change);
            Command::Vary { award, decision: None, date, change, period: None, part: Some(part) }
        }
        Ask::Undo(index) => {
            // Mostly a record of what was asked; at times one of the opening, or one too many.
            let (first, records) = (6, books.reference().records);
            let record = first + index.index((records + 2 - first) as usize) as u64;
            Command::Reverse { record, reason: None }
        }
        Ask::CloseUpTo(month) => Command::close(*month),
        Ask::Again(index) => tried.get(index.index(tried.len().max(1)))?.1.clone(),
    })
}

/// The closings of single months that an ask is; any other ask by itself.
fn each_closing(ask: &Ask) -> Vec<Ask> {
    let Ask::CloseUpTo(last) = ask else { return vec![ask.clone()] };
    let months = (0..).map(|number| first_month().plus(number)).take_while(|month| month <= last);
    months.map(|month| Ask::Do(Command::close(month))).collect()
}

/// One of the parts of a grant on a day.
fn part_on(naive: &Naive, award: &GrantId, date: Date, which: &Index) -> Option<Part> {
    let parts = naive.grants.get(award.as_str())?.division_on(date.naive());
    (!parts.is_empty()).then(|| Part::parse(&parts[which.index(parts.len())].0).unwrap())
}

/// What the model does not know: the core refuses a change of period, or a withdrawal, that a later
/// variation was decided without, and takes a refund dated before the payments that it is of.
fn disputed(books: &Naive, command: &Command) -> bool {
    let Some((id, day)) = grant_and_day(command) else { return false };
    let Some(grant) = books.grants.get(id.as_str()) else { return false };
    let other = |wanted: fn(&What) -> bool| {
        grant.facts.iter().any(|fact| fact.date > day.naive() && wanted(&fact.what))
    };
    match command {
        Command::Extend { .. } => {
            other(|it| matches!(it, What::Extend { .. } | What::Vary { period: Some(_), .. }))
        }
        Command::Vary { period: Some(_), .. } => other(|it| matches!(it, What::Extend { .. })),
        Command::Withdraw { .. } => other(|it| matches!(it, What::Vary { period: Some(_), .. })),
        _ => false,
    }
}

pub fn pence(amount: Money) -> Pence {
    Pence::from(amount.pence())
}

/// Sums by key, without those of nothing.
pub fn sums<Key: Ord>(rows: impl IntoIterator<Item = (Key, Pence)>) -> BTreeMap<Key, Pence> {
    let mut sums = BTreeMap::new();
    for (key, amount) in rows {
        *sums.entry(key).or_default() += amount;
    }
    sums.retain(|_, amount| *amount != 0);
    sums
}

/// A grant's postings.
pub fn postings(grant: &Grant) -> impl Iterator<Item = Posting<'_>> {
    grant.history.iter().flat_map(|recorded| recorded.entries.postings())
}

/// What is posted to an account of a grant.
pub fn posted(grant: &Grant, account: Account) -> Pence {
    postings(grant).filter(|it| it.account == account).map(|it| pence(it.amount)).sum()
}

/// What is recognised of a grant, whether of the year, of earlier years or taken from reserves.
pub fn expenditure_posted(grant: &Grant) -> Pence {
    let recognised = postings(grant).filter(|it| recognised(it.account) == Account::GrantExpenditure);
    recognised.map(|it| pence(it.amount)).sum()
}

/// An account, of those of expenditure the one that stands for all.
pub fn recognised(account: Account) -> Account {
    match account {
        Account::EarlierYears | Account::PriorPeriod => Account::GrantExpenditure,
        account => account,
    }
}

/// The expenditure of earlier years that moved, by effective day and place, as the core has it.
pub fn earlier_years(grant: &Grant) -> BTreeMap<(chrono::NaiveDate, String), Pence> {
    let moved = postings(grant).filter(|it| it.account == Account::EarlierYears);
    sums(
        moved.map(|it| {
            ((it.effective.naive(), format!("{}/{}", it.fund, it.theme.unwrap())), pence(it.amount))
        }),
    )
}

/// The changes of a grant by effective day, kind and place, as the core has them.
pub fn changes(grant: &Grant) -> Changes {
    let reductions = grant.history.iter().flat_map(|recorded| &recorded.reductions);
    let reduced = reductions.map(|it| ((it.date.naive(), Kind::Reduced, String::new()), pence(it.amount)));
    let posted = postings(grant).filter_map(|it| {
        let (kind, amount) = match it.account {
            Account::Commitments => (Kind::Committed, pence(it.amount)),
            Account::Bank => (Kind::Paid, -pence(it.amount)),
            // Whether it is of an earlier year depends on where it was booked, and on what was decided.
            Account::GrantExpenditure | Account::EarlierYears | Account::PriorPeriod => {
                (Kind::Expenditure, pence(it.amount))
            }
            Account::GrantControl => (Kind::Control, pence(it.amount)),
            Account::RecoveriesDue => (Kind::DueBack, pence(it.amount)),
            _ => return None,
        };
        Some(((it.effective.naive(), kind, format!("{}/{}", it.fund, it.theme?)), amount))
    });
    sums(posted.chain(reduced))
}

/// True if a record of a grant ever named one of its parts.
pub fn names_a_part(grant: &Grant) -> bool {
    grant.history.iter().any(|recorded| {
        let varied = matches!(&*recorded.fact, Fact::Varied(Variation { part: Some(_), .. }));
        varied || recorded.fact.part().is_some()
    })
}
