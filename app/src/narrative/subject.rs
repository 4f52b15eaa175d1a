//! The subject and the amount of an event, for lists.

use std::fmt::Display;

use almoner_ledger::accounts::Account;
use almoner_ledger::closed::Closing;
use almoner_ledger::events::{
    BudgetSet, Event, FundsReceived, GrantFact, HistoryAccepted, IncomeReleased, IndicatorSet, MonthReopened,
    ProposalApproved, ProposalRejected, PublicationSet, RecipientAdded, RecipientAliased,
    RecipientIdentified, RecipientRenamed, RecordReversed,
};
use almoner_ledger::grants::Fact;
use almoner_ledger::money::Money;

/// Returns the id of an event's subject, and its amount, if any; reductions are negative.
pub fn subject_and_amount(event: &Event) -> (String, Option<Money>) {
    let (subject, amount): (&dyn Display, Option<Money>) = match event {
        Event::Opened(_) => (&"", None),
        Event::ThemeAdded(theme) => (&theme.id, None),
        Event::ThemeRenamed(renamed) => (&renamed.id, None),
        Event::FundAdded(fund) => (&fund.id, None),
        Event::FundRenamed(renamed) => (&renamed.id, None),
        Event::RecipientAdded(RecipientAdded { id, .. })
        | Event::RecipientRenamed(RecipientRenamed { id, .. })
        | Event::RecipientIdentified(RecipientIdentified { id, .. })
        | Event::RecipientAliased(RecipientAliased { id, .. }) => (id, None),
        Event::DecisionRecorded(decision) => (&decision.id, None),
        Event::Grant(GrantFact { id, fact, .. }) => (id, fact_amount(fact)),
        Event::Received(FundsReceived { receipt, .. }) => (&receipt.fund, Some(receipt.amount)),
        Event::IncomeReleased(IncomeReleased { fund, .. }) => (fund, released(event)),
        Event::BudgetSet(BudgetSet { budget, amount, .. }) => {
            return (format!("{} {} {}", budget.fund, budget.theme, budget.year), Some(*amount));
        }
        Event::IndicatorSet(IndicatorSet { indicator, .. }) => (indicator, None),
        Event::PaperRecorded(paper) => (&paper.id, None),
        Event::PublicationSet(PublicationSet { of, .. }) => (of, None),
        Event::StatementRecorded(statement) => (&statement.account, None),
        Event::Reconciled(reconciled) => {
            (&reconciled.line.account, Money::sum(reconciled.lines().map(|line| line.amount)).ok())
        }
        Event::MonthClosed(Closing { month, .. }) | Event::MonthReopened(MonthReopened { month, .. }) => {
            (month, None)
        }
        Event::ClosedMonthsEntered(_) | Event::ClosedMonthsLeft => (&"closed months", None),
        Event::RulesAdopted(_) => (&"rules", None),
        Event::HistoryAccepted(HistoryAccepted { record, .. }) => return (format!("record {record}"), None),
        Event::HeadRecovered(_) => (&"head", None),
        Event::ClockCorrected(_) => (&"clock", None),
        Event::UsersSet(users) => {
            return (users.iter().map(|it| it.id.to_string()).collect::<Vec<_>>().join(" "), None);
        }
        Event::PolicySet(policy) => (if policy.is_some() { &"on" } else { &"off" }, None),
        Event::Proposed(proposal) => {
            let subjects = proposal.events.iter().map(|event| subject_and_amount(event).0);
            return (subjects.into_iter().find(|it| !it.is_empty()).unwrap_or_default(), None);
        }
        Event::Reversed(RecordReversed { record: number, .. })
        | Event::Approved(ProposalApproved { proposal: number, .. })
        | Event::Rejected(ProposalRejected { proposal: number, .. }) => {
            return (format!("record {number}"), None);
        }
    };
    (subject.to_string(), amount)
}

/// Returns what an event released from receipts in advance.
pub(super) fn released(event: &Event) -> Option<Money> {
    let released = event.postings().filter(|it| it.account == Account::ReceiptsInAdvance);
    Money::sum(released.map(|it| it.amount)).ok()
}

fn fact_amount(fact: &Fact) -> Option<Money> {
    match fact {
        Fact::Awarded(award) => Some(award.amount),
        Fact::Varied(variation) => (!variation.extension).then_some(variation.change),
        Fact::Withdrawn(withdrawal) => Some(withdrawal.withdrawn.negated()),
        Fact::Scheduled(instalment) => Some(instalment.amount),
        Fact::Paid(payment) => Some(payment.amount),
        Fact::Refunded(refund) => Some(refund.amount.negated()),
        Fact::Returned(returned) => Some(returned.amount.negated()),
        Fact::Repurposed(_)
        | Fact::FundChanged(_)
        | Fact::Reversed { .. }
        | Fact::Due(_)
        | Fact::Received(_)
        | Fact::Waived(_)
        | Fact::Stated(_)
        | Fact::Corrected(_)
        | Fact::RulesApplied { .. } => None,
    }
}
