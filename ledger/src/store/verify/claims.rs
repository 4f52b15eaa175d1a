//! Claims about the past, held against the journal while it is read.
//!
//! A claim says that the journal once had a certain hash at a certain record. A journal that has it there
//! still is the same up to that record, because every seal's hash covers all that is before it.

use std::collections::BTreeMap;

use super::{Finding, FindingKind};
use crate::accounts::Account;
use crate::entry::{Entries, Entry};
use crate::funds::FundId;
use crate::hash::Hash;
use crate::head::Head;
use crate::money::{Money, Overflow};
use crate::store::checkpoint::CheckpointContent;
use crate::store::proof::Proof;

/// What each account of each fund comes to; accounts that come to nothing are left out.
pub type Balances = BTreeMap<FundId, BTreeMap<Account, Money>>;

/// Balances while they are added up: a few funds, very many postings.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    funds: Vec<(FundId, [Money; Account::ALL.len()])>,
    /// The fund of the last posting, which is often that of the next.
    last: usize,
}

impl Sums {
    /// Adds all that an event posts; returns how many postings that is.
    pub(crate) fn add(&mut self, posted: &Entries) -> Result<u64, Overflow> {
        let mut postings = 0;
        posted.entries.iter().flat_map(Entry::postings).try_for_each(|posting| {
            postings += 1;
            self.add_to(posting.fund, posting.account, posting.amount)
        })?;
        for run in &posted.charges {
            postings += 2 * run.amounts.len() as u64;
            let charged = Money::sum(run.amounts.iter().copied())?;
            self.add_to(&run.fund, Account::GrantExpenditure, charged)?;
            self.add_to(&run.fund, Account::GrantControl, charged.negated())?;
        }
        Ok(postings)
    }

    fn add_to(&mut self, fund: &FundId, account: Account, amount: Money) -> Result<(), Overflow> {
        if self.funds.get(self.last).is_none_or(|(last, _)| last != fund) {
            let there = self.funds.iter().position(|(there, _)| there == fund);
            self.last = there.unwrap_or_else(|| {
                self.funds.push((fund.clone(), Default::default()));
                self.funds.len() - 1
            });
        }
        let balances = self.funds.get_mut(self.last).map(|(_, balances)| balances);
        if let Some(balance) = balances.and_then(|balances| balances.get_mut(account as usize)) {
            *balance = balance.plus(amount)?;
        }
        Ok(())
    }

    /// As they are stated.
    pub(crate) fn balances(&self) -> Balances {
        let of_fund = |balances: &[Money; Account::ALL.len()]| -> BTreeMap<Account, Money> {
            let stated = Account::ALL.into_iter().zip(balances.iter().copied());
            stated.filter(|(_, balance)| !balance.is_zero()).collect()
        };
        let funds = self.funds.iter().map(|(fund, balances)| (fund.clone(), of_fund(balances)));
        funds.filter(|(_, balances)| !balances.is_empty()).collect()
    }
}

/// One claim.
#[derive(Debug)]
pub(super) struct Claim {
    /// Who claims it, as a sentence begins with it: `the receipt of record 7`.
    what: String,
    head: Head,
    ledger: Option<String>,
    totals: Option<Balances>,
    state: State,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    /// Its record has not been reached.
    Ahead,
    /// The journal has the hash there.
    Met,
    /// The journal has another hash there, or other totals.
    Broken(Finding),
}

impl Claim {
    pub(super) fn of_proof(proof: &Proof) -> Claim {
        Claim {
            what: format!("the receipt of record {}", proof.head.record),
            head: proof.head,
            ledger: Some(proof.ledger.clone()),
            totals: None,
            state: State::Ahead,
        }
    }

    pub(super) fn of_checkpoint(statement: &CheckpointContent) -> Claim {
        Claim {
            what: format!("the checkpoint of record {}", statement.record),
            head: statement.head(),
            ledger: Some(statement.ledger.clone()),
            totals: Some(statement.totals.clone()),
            state: State::Ahead,
        }
    }

    pub(super) fn of_index(head: Head) -> Claim {
        let what = format!("the index, made at record {},", head.record);
        Claim { what, head, ledger: None, totals: None, state: State::Ahead }
    }

    /// The journal has this hash at this record: at the record itself, or at the commit after it.
    pub(super) fn pass(&mut self, record: u64, hash: Hash, is_commit: bool, sums: &Sums) {
        if record != self.head.record || self.state != State::Ahead {
            return;
        }
        let Claim { what, .. } = self;
        if hash == self.head.hash {
            let same = self.totals.as_ref().is_none_or(|totals| *totals == sums.balances());
            self.state = if same {
                State::Met
            } else {
                // The hash covers the postings, so what was signed was wrong when it was signed.
                State::Broken(Finding {
                    kind: FindingKind::Invariant,
                    message: format!("{what} has other totals than the postings up to it come to"),
                })
            };
        } else if is_commit {
            self.state = State::Broken(Finding {
                kind: FindingKind::Fork,
                message: format!(
                    "{what} does not belong to this history: the journal had the hash {} there, and has {hash}",
                    self.head.hash
                ),
            });
        }
    }

    /// What came of it: in words when it was met and proves something, else what was found. `ledger` is the journal's id, and
    /// `read` the record up to which it was read; `whole` says that it was read to its end.
    pub(super) fn outcome(
        self,
        ledger: Option<&str>,
        read: u64,
        whole: bool,
    ) -> Result<Option<String>, Finding> {
        let Claim { what, head, .. } = self;
        // The index is remade at will: that it agrees proves nothing.
        if self.ledger.is_none() {
            return match self.state {
                State::Met => Ok(None),
                State::Ahead if !whole => Ok(None),
                State::Ahead | State::Broken(_) => Err(Finding {
                    kind: FindingKind::Index,
                    message: format!(
                        "it was made at record {}, hash {}, which this journal does not have: one of the two \
                         was put here from elsewhere, or the journal was cut or made anew; hold a receipt or a \
                         checkpoint against it",
                        head.record, head.hash
                    ),
                }),
            };
        }
        if let (Some(theirs), Some(ours)) = (&self.ledger, ledger)
            && theirs != ours
        {
            let message = format!("{what} is of ledger {theirs}; this is ledger {ours}");
            return Err(Finding { kind: FindingKind::OtherLedger, message });
        }
        match self.state {
            State::Met => Ok(Some(format!("{what} holds: nothing up to that record has changed since"))),
            State::Broken(finding) => Err(finding),
            State::Ahead if whole => Err(Finding {
                kind: FindingKind::Truncation,
                message: format!(
                    "{what} is of a longer history: the journal went at least to record {} and ends at \
                     record {read}, so its end was cut off, or an older copy was put in its place",
                    head.record
                ),
            }),
            State::Ahead => Err(Finding {
                kind: FindingKind::Damage,
                message: format!(
                    "{what} cannot be held against the journal, which can be read up to record {read} only"
                ),
            }),
        }
    }
}
