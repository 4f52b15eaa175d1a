//! Claims about the past, checked while the journal is read.
//!
//! A claim states that the journal had a certain hash at a certain record. A journal that still has it there is
//! unchanged up to that record, because every seal's hash covers everything before it.

use std::collections::BTreeMap;

use almoner_ledger::accounts::Account;
use almoner_ledger::entry::{Entries, Entry};
use almoner_ledger::funds::FundId;
use almoner_ledger::head::Head;
use almoner_ledger::money::{Money, Overflow};

use super::{Finding, FindingKind};
use crate::proofs::Proof;
use crate::proofs::checkpoint::{Balances, CheckpointContent};

/// Running balances: a few funds, very many postings.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    funds: Vec<(FundId, [Money; Account::ALL.len()])>,
    /// The fund of the last posting, which is often that of the next.
    last: usize,
}

impl Sums {
    /// Adds the postings of an event; returns their number.
    pub(crate) fn add(&mut self, posted: &Entries) -> Result<u64, Overflow> {
        let mut postings = 0;
        posted.entries.iter().flat_map(Entry::postings).try_for_each(|posting| {
            postings += 1;
            self.add_to(posting.fund, posting.account, posting.amount)
        })?;
        for run in &posted.monthly {
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

    /// Returns the balances without those that are zero.
    pub(crate) fn balances(&self) -> Balances {
        let of_fund = |balances: &[Money; Account::ALL.len()]| -> BTreeMap<Account, Money> {
            let balances = Account::ALL.into_iter().zip(balances.iter().copied());
            balances.filter(|(_, balance)| !balance.is_zero()).collect()
        };
        let funds = self.funds.iter().map(|(fund, balances)| (fund.clone(), of_fund(balances)));
        funds.filter(|(_, balances)| !balances.is_empty()).collect()
    }
}

/// A claim to check.
#[derive(Debug)]
pub(super) struct Claim {
    /// The source of the claim, as the subject of a sentence: `the proof of record 7`.
    what: String,
    head: Head,
    ledger: String,
    totals: Option<Balances>,
    state: State,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    /// The record has not been reached.
    Ahead,
    /// The journal has the hash there.
    Met,
    /// The journal has another hash there, or other totals.
    Broken(Finding),
}

impl Claim {
    pub(super) fn of_proof(proof: &Proof) -> Claim {
        Claim {
            what: format!("the proof of record {}", proof.head.record),
            head: proof.head,
            ledger: proof.ledger.clone(),
            totals: None,
            state: State::Ahead,
        }
    }

    pub(super) fn of_checkpoint(statement: &CheckpointContent) -> Claim {
        Claim {
            what: format!("the checkpoint of record {}", statement.record),
            head: statement.head(),
            ledger: statement.ledger.clone(),
            totals: Some(statement.totals.clone()),
            state: State::Ahead,
        }
    }

    /// Checks the claim where the journal has this hash: at a record, or at the commit after it.
    pub(super) fn pass(&mut self, Head { record, hash }: Head, is_commit: bool, sums: &Sums) {
        if record != self.head.record || self.state != State::Ahead {
            return;
        }
        let Claim { what, .. } = self;
        if hash == self.head.hash {
            let same = self.totals.as_ref().is_none_or(|totals| *totals == sums.balances());
            self.state = if same {
                State::Met
            } else {
                // The hash covers the postings, so that the totals were wrong when they were signed.
                State::Broken(Finding {
                    kind: FindingKind::Invariant,
                    message: format!("{what} states totals that differ from the postings up to it"),
                })
            };
        } else if is_commit {
            self.state = State::Broken(Finding {
                kind: FindingKind::Fork,
                message: format!(
                    "{what} does not belong to this history: it states hash {}, and the journal has {hash} there",
                    self.head.hash
                ),
            });
        }
    }

    /// Returns what the claim proved, if anything, or the finding. `ledger` is the id of the journal, `read` the
    /// last record read; `whole` is true if the journal was read to its end.
    pub(super) fn outcome(
        self,
        ledger: Option<&str>,
        read: u64,
        whole: bool,
    ) -> Result<Option<String>, Finding> {
        let Claim { what, head, .. } = self;
        let theirs = &self.ledger;
        if let Some(ours) = ledger.filter(|ours| theirs != ours) {
            let message = format!("{what} is for ledger {theirs}; this is ledger {ours}");
            return Err(Finding { kind: FindingKind::OtherLedger, message });
        }
        match self.state {
            State::Met => Ok(Some(format!("{what} matches: nothing up to that record has changed"))),
            State::Broken(finding) => Err(finding),
            State::Ahead if whole => Err(Finding {
                kind: FindingKind::Truncation,
                message: format!(
                    "{what} belongs to a longer history: the journal reached at least record {} and now ends at \
                     record {read}, so its last records were removed, or it was replaced by an older copy",
                    head.record
                ),
            }),
            State::Ahead => Err(Finding {
                kind: FindingKind::Damage,
                message: format!(
                    "{what} cannot be checked: the journal can be read only up to record {read}"
                ),
            }),
        }
    }
}
