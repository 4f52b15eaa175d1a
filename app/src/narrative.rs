//! Records and amounts in words, for confirmations, the log and pages.

#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

mod bank;
mod naming;
mod publication;
mod subject;

use std::collections::BTreeMap;

use almoner_ledger::accounts::Account;
use almoner_ledger::allocation::Funds;
use almoner_ledger::book::{Books, BooksError};
use almoner_ledger::calendar::{FinancialYear, moment_in_words};
use almoner_ledger::decisions::Decision;
use almoner_ledger::entry::Entries;
use almoner_ledger::events::{
    BooksOpened, BudgetKey, BudgetSet, ClockCorrected, ClosedMonthsEntered, Event, FundRenamed,
    FundsReceived, GrantFact, HistoryAccepted, IncomeReleased, IndicatorSet, MonthReopened, ProposalApproved,
    ProposalRejected, PublicationSet, RecipientAdded, RecipientAliased, RecipientIdentified,
    RecipientRenamed, Record, RecordReversed, Reversible, RulesAdopted, ThemeRenamed,
};
use almoner_ledger::funders::{FundingReceipt, ReceiptKind};
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::monitoring::{Due, DueKind, Submission};
use almoner_ledger::grants::{Award, Basis, Correction, Fact, Power, Refund, TermsAddendum, Variation};
use almoner_ledger::indicators::{Indicator, IndicatorKey, grouped};
use almoner_ledger::money::{Money, Overflow};
use almoner_ledger::papers::PublicPaper;
use almoner_ledger::policy::{Act, Policy, Rule};
use almoner_ledger::recipients::RecipientId;
use almoner_ledger::signing::Signature;
use almoner_ledger::text::Text;
use almoner_ledger::users::User;

pub use self::bank::{bank_at_close, statement_lines};
pub use self::naming::Naming;
use self::subject::released;
pub use self::subject::subject_and_amount;

/// Something in words: a sentence without its full stop, and further details, one a line.
pub type Words = (String, Vec<String>);

/// Returns an event in words, with the names of what it is about.
pub fn event_in_names(books: &dyn Books, event: &Event) -> Result<Words, BooksError> {
    event_words(Naming::of(books), books, event)
}

/// Returns an event in words.
pub fn event_words(naming: Naming<'_>, books: &dyn Books, event: &Event) -> Result<Words, BooksError> {
    let mut details = Vec::new();
    let sentence = match event {
        Event::Opened(BooksOpened { body, .. }) => format!("Books opened for {body}"),
        Event::ThemeAdded(theme) => {
            let objective = theme.objective.as_ref().map(|it| format!(", under the objective \"{it}\""));
            let id = if naming.has_names() { String::new() } else { format!("{}: ", theme.id) };
            format!("Theme {id}{}{}", theme.name, objective.unwrap_or_default())
        }
        Event::ThemeRenamed(ThemeRenamed { id, name, from }) => {
            format!("Theme {id} renamed {name} with effect from {}", from.in_words())
        }
        Event::FundRenamed(FundRenamed { id, name, from }) => {
            format!("Fund {id} renamed {name} with effect from {}", from.in_words())
        }
        Event::FundAdded(fund) if naming.has_names() => format!("Fund {}", fund.name),
        Event::FundAdded(fund) => format!("Fund {}: {}", fund.id, fund.name),
        Event::RecipientAdded(RecipientAdded { id, name, identifiers }) => {
            let known: Vec<String> = identifiers.iter().map(ToString::to_string).collect();
            let known = if known.is_empty() { String::new() } else { format!(", {}", known.join(", ")) };
            match naming.has_names() {
                true => format!("Recipient {name} ({id}){known}"),
                false => format!("Recipient {id}: {name}{known}"),
            }
        }
        Event::RecipientRenamed(RecipientRenamed { id, name, from }) => {
            format!("Recipient {id} renamed {name} with effect from {}", from.in_words())
        }
        Event::RecipientIdentified(RecipientIdentified { id, identifier }) => {
            format!("Recipient {}: identifier {identifier}", naming.recipient(id)?)
        }
        Event::RecipientAliased(RecipientAliased { id, alias }) => {
            format!("Recipient {} is also known as {alias}", naming.recipient(id)?)
        }
        Event::DecisionRecorded(decision) => {
            let answers =
                decision.checklist.iter().map(|(question, it)| format!("{}: {it}", question.words()));
            details.extend(decision.summary.iter().map(Text::to_string).chain(answers));
            decision_sentence(decision)
        }
        Event::Grant(GrantFact { id, fact, posted, prior_period }) => {
            let (sentence, mut details) = fact_words(naming, books, id.as_str(), fact)?;
            details.extend(adjustments(posted, prior_period.as_ref())?);
            if let Fact::Refunded(refund) = &**fact {
                details.extend(refund_details(refund, posted)?);
            }
            if matches!(&**fact, Fact::Varied(variation) if variation.extension) && posted.is_empty() {
                details.push(
                    "No amount remains to be recognised over the longer period: expenditure is unchanged"
                        .to_owned(),
                );
            }
            return Ok((sentence, details));
        }
        Event::Received(FundsReceived { receipt, .. }) => receipt_sentence(naming, receipt),
        Event::IncomeReleased(IncomeReleased { fund, .. }) => {
            format!(
                "Receipts in advance of {} released to income: {}",
                naming.fund(fund),
                paper(released(event).unwrap_or_default())
            )
        }
        Event::BudgetSet(set) => {
            let BudgetSet { budget, amount, decision, .. } = set;
            let before = amount.minus(set.change()).unwrap_or_default();
            details.extend((!before.is_zero()).then(|| format!("Revised from {}", before.grouped())));
            details.extend(decision.as_ref().map(|decision| format!("Decision {decision}")));
            details.extend(set.date.map(|_| format!("Applies from {}", set.applies_from().in_words())));
            format!("Budget {}: {}", budget_name(naming, budget), amount.grouped())
        }
        Event::IndicatorSet(IndicatorSet { indicator, stated }) => {
            details.push(format!("Source: {}", stated.source));
            indicator_sentence(naming, indicator, stated)
        }
        Event::PaperRecorded(paper) => {
            details.extend(paper_content(paper));
            paper_sentence(paper)
        }
        Event::PublicationSet(PublicationSet { of, publication }) => {
            details.push(publication::effect(of, *publication).to_owned());
            let of = capitalised(publication::subject(naming, of));
            format!("{of} marked {publication}")
        }
        Event::StatementRecorded(statement) => bank::statement_sentence(statement, &mut details),
        Event::Reconciled(reconciled) => bank::reconciliation_sentence(reconciled, &mut details),
        Event::Reversed(RecordReversed { record, of, reason, .. }) => {
            let of = match &**of {
                Reversible::Receipt => "a receipt".to_owned(),
                Reversible::Reconciliation { .. } => "a bank reconciliation".to_owned(),
                Reversible::Statement { account } => format!("bank statement for {account}"),
                Reversible::Theme(id) => format!("theme {}", naming.theme(id)),
                Reversible::Fund(id) => naming.fund(id),
                Reversible::Recipient(id) => format!("recipient {}", naming.recipient(id)?),
                Reversible::RecipientName { id, name, .. } => format!("recipient {id}, name {name}"),
                Reversible::RecipientIdentifier { id, identifier } => {
                    format!("recipient {}, {identifier}", naming.recipient(id)?)
                }
                Reversible::RecipientAlias { id, alias } => {
                    format!("recipient {}, alias {alias}", naming.recipient(id)?)
                }
                Reversible::Decision(id) => format!("decision {id}"),
                Reversible::DecisionStatement(id) => format!("decision {id}, previous version restored"),
                Reversible::Indicator(key) => format!("indicator {key}"),
                Reversible::Paper(id) => format!("paper {id}"),
                Reversible::Publication(of) => {
                    format!("mark of {}", publication::subject(naming, of))
                }
                Reversible::Budget { budget, before: Some(before) } => {
                    format!("budget {}, back to {}", budget_name(naming, budget), before.grouped())
                }
                Reversible::Budget { budget, before: None } => {
                    format!("budget {}: no longer set", budget_name(naming, budget))
                }
            };
            format!("Record {record} reversed ({of}){}", because(reason.as_ref()))
        }
        Event::MonthClosed(closing) => bank::closing_sentence(closing),
        Event::MonthReopened(MonthReopened { month, reason }) => {
            format!("{} reopened{}", month.in_words_full(), because(Some(reason)))
        }
        Event::ClosedMonthsEntered(ClosedMonthsEntered { reason }) => {
            format!("The following records are posted to closed periods (reason: {reason})")
        }
        Event::ClosedMonthsLeft => "End of postings to closed periods".to_owned(),
        Event::RulesAdopted(RulesAdopted { rules }) => {
            format!("From here on, entries follow version {} of the rules", rules.version())
        }
        Event::HistoryAccepted(HistoryAccepted { record, hash, reason, signature }) => {
            let hash: String = hash.as_str().chars().take(12).collect();
            format!(
                "Accepted that the history up to record {record} (hash {hash}) is missing{}{}",
                because(Some(reason)),
                signed(signature.as_deref())
            )
        }
        Event::ClockCorrected(ClockCorrected { reason, signature }) => {
            format!(
                "Clock corrected: earlier records dated after this one are treated as recorded at the time of this one{}{}",
                because(Some(reason)),
                signed(signature.as_deref())
            )
        }
        Event::HeadRecovered(recovered) => {
            let vouched = recovered.vouched_in_words();
            let signed = signed(recovered.signature.as_deref());
            format!("Lost head file rewritten at record {}: {vouched}{signed}", recovered.record)
        }
        Event::UsersSet(users) => users.iter().map(user_sentence).collect::<Vec<_>>().join("; "),
        Event::PolicySet(None) => {
            "Scheme of delegation ended (approval is no longer needed for anything)".to_owned()
        }
        Event::PolicySet(Some(policy)) => policy_sentence(policy),
        Event::Proposed(proposal) => {
            // The whole content, since nothing unseen should be approved.
            for event in &proposal.events {
                let (sentence, more) = event_words(naming, books, event)?;
                details.push(format!("- {sentence}"));
                details.extend(more);
            }
            let records = match proposal.events.len() {
                1 => "1 record".to_owned(),
                records => format!("{records} records"),
            };
            format!("Proposed for approval: {records}, hash {}", proposal.hash)
        }
        Event::Approved(ProposalApproved { proposal, signature, key_lost, .. }) => {
            let signed = match (signature, key_lost) {
                (Some(_), _) => ", with a signature",
                (None, Some(_)) => ", without the approver's key, which is lost",
                (None, None) => ", without a signature",
            };
            format!("Proposal {proposal} approved{signed}{}", because(key_lost.as_ref()))
        }
        Event::Rejected(ProposalRejected { proposal, reason }) => {
            format!("Proposal {proposal} rejected{}", because(Some(reason)))
        }
    };
    Ok((sentence, details))
}

/// Returns a fact of a grant in words.
pub fn fact_words(
    naming: Naming<'_>,
    books: &dyn Books,
    grant: &str,
    fact: &Fact,
) -> Result<Words, BooksError> {
    let decision = || fact.decision().map(|id| format!("Decision {id}"));
    let mut details = Vec::new();
    let sentence = match fact {
        Fact::Awarded(award) => {
            details.push(format!("Purpose: {}", award.purpose.text));
            details.push(award_terms(naming, award));
            details.extend(stated_terms(award.conditions.as_ref(), award.reasons.as_ref()));
            let recipient = recipient_name(books, &award.recipient)?;
            let assumed = if award.date_assumed { " (date assumed)" } else { "" };
            format!(
                "Award {grant}: {} to {recipient}, decided {}{assumed}",
                award.amount.grouped(),
                award.decided.in_words()
            )
        }
        Fact::Varied(variation) => {
            details.extend(decision());
            variation_sentence(naming, grant, variation)
        }
        Fact::Withdrawn(withdrawal) => {
            details.extend(decision());
            format!(
                "Award {grant} withdrawn at the end of {}: reduced by {}",
                withdrawal.date.in_words(),
                withdrawal.withdrawn.grouped()
            )
        }
        Fact::Repurposed(repurpose) => {
            details.push(format!("New purpose: {}", repurpose.purpose.text));
            details.push(format!("Theme {}", naming.themes(&repurpose.purpose.split)));
            details.extend(decision());
            let moves = match repurpose.include_past {
                true => "earlier expenditure is also moved to the new theme",
                false => "earlier expenditure remains under the previous theme",
            };
            format!(
                "Purpose of award {grant} changed with effect from {}; {moves}",
                repurpose.date.in_words()
            )
        }
        Fact::FundChanged(change) => {
            details.push(capitalised(naming.funds(&change.fund)));
            details.extend(decision());
            let (what, moves) = match (&change.fund, change.include_past) {
                (Funds::Split(_), true) => ("Fund", "earlier expenditure is also moved to the new fund"),
                (Funds::Split(_), false) => ("Fund", "earlier expenditure remains in the previous fund"),
                (Funds::Parts(_), true) => {
                    ("Allocation", "earlier expenditure is also moved to the new parts")
                }
                (Funds::Parts(_), false) => {
                    ("Allocation", "earlier expenditure remains under the previous allocation")
                }
            };
            format!("{what} of award {grant} changed with effect from {}; {moves}", change.date.in_words())
        }
        Fact::Scheduled(instalment) => {
            format!(
                "Instalment of {} for award {grant}, due {}",
                instalment.amount.grouped(),
                instalment.due.in_words()
            )
        }
        Fact::Paid(payment) => format!(
            "Payment of {} against {}award {grant}, dated {}{}{}",
            payment.amount.grouped(),
            naming.part(payment.part.as_ref()),
            payment.date.in_words(),
            referring_to(payment.reference.as_ref()) + &by_account("from", payment.account.as_ref()),
            confirmed(payment.again)
        ),
        Fact::Refunded(refund) => refund_sentence(&naming.part(refund.part.as_ref()), grant, refund),
        Fact::Returned(returned) => format!(
            "Payment of {} (record {}) against award {grant} returned on {}{}{}",
            returned.amount.grouped(),
            returned.payment,
            returned.date.in_words(),
            referring_to(returned.reference.as_ref()) + &by_account("into", returned.account.as_ref()),
            confirmed(returned.again)
        ),
        Fact::Due(due) => due_sentence(grant, due),
        Fact::Received(submission) => {
            details.push(format!("Result: {}", submission.result));
            submission_sentence(grant, submission)
        }
        Fact::Waived(waiver) => {
            details.push(format!("Reason: {}", waiver.reason));
            format!(
                "{} for award {grant}, due {}, waived with effect from {}: payments are no longer held",
                waiver.name,
                waiver.due.in_words(),
                waiver.date.in_words()
            )
        }
        Fact::Reversed { record, reason } => {
            format!("Record {record} reversed (award {grant}){}", because(reason.as_ref()))
        }
        Fact::Stated(TermsAddendum { power, conditions, reasons, fund, theme, period, decision }) => {
            details.extend(decision.as_ref().map(|decision| format!("Decision {decision}")));
            details.extend(fund.as_ref().map(|fund| capitalised(naming.funds(fund))));
            details.extend(theme.as_ref().map(|theme| format!("Theme {}", naming.themes(theme))));
            details.extend(period.map(|period| {
                let recognised = Basis::of(Some(period)).words();
                format!("Period {}, recognised {recognised}", period.in_words())
            }));
            details.extend((*power != Power::NotStated).then(|| {
                if naming.has_names() {
                    format!("Power: {}", power.name())
                } else {
                    format!("Power {power}: {}", power.name())
                }
            }));
            details.extend(stated_terms(conditions.as_ref(), reasons.as_ref()));
            format!("Award {grant}: details added")
        }
        Fact::Corrected(correction) => {
            details.extend(correction_details(books, correction)?);
            format!("Award {grant} corrected with effect from the date of its decision")
        }
        Fact::RulesApplied { rules } => format!(
            "Award {grant}: entries recorded under earlier rules updated to version {} of the rules",
            rules.version()
        ),
    };
    Ok((sentence, details))
}

/// Returns what a correction changes, with what was recorded before.
fn correction_details(books: &dyn Books, correction: &Correction) -> Result<Vec<String>, BooksError> {
    let mut details = Vec::new();
    let Some(award) = correction.award() else { return Ok(details) };
    if let Some(was) = &correction.recipient_was {
        let (now, was) = (recipient_name(books, &award.recipient)?, recipient_name(books, was)?);
        details.push(format!("Recipient: {now}, instead of {was}"));
    }
    if let Some(was) = correction.amount_was {
        details.push(format!("Amount: {}, instead of {}", award.amount.grouped(), was.grouped()));
    }
    if let Some(was) = &correction.purpose_was {
        details.push(format!("Purpose: {}, instead of: {was}", award.purpose.text));
    }
    let parts = |funds: &Funds| matches!(funds, Funds::Parts(_));
    if let Some(was) = &correction.fund_was {
        let what = if parts(&award.fund) && parts(was) { "Parts" } else { "Fund" };
        details.push(format!("{what}: {}, instead of {was}", award.fund));
    }
    // The themes of parts are in the parts.
    let in_parts = correction.fund_was.is_some() && parts(&award.fund);
    if let Some(was) = correction.theme_was.as_ref().filter(|_| !in_parts) {
        details.push(format!("Theme: {}, instead of {was}", award.purpose.split));
    }
    details.push(format!("Reason: {}", correction.reason));
    Ok(details)
}

fn stated_terms(conditions: Option<&Text>, reasons: Option<&Text>) -> impl Iterator<Item = String> {
    let conditions = conditions.map(|text| format!("Conditions: {text}"));
    conditions.into_iter().chain(reasons.map(|text| format!("Reasons: {text}")))
}

fn user_sentence(user: &User) -> String {
    let roles: Vec<&str> = user.roles.iter().map(|role| role.word()).collect();
    let known_as = if user.id == user.name { String::new() } else { format!(" ({})", user.name) };
    if user.left {
        return format!("User {}{known_as} has left", user.id);
    }
    let key = user.key.map(|key| format!(", key {}", key.fingerprint())).unwrap_or_default();
    let audience = user.audience.map(|audience| format!(" (sees the pages as the {audience} audience)"));
    let audience = audience.unwrap_or_default();
    format!(
        "User {}{known_as}: {}{audience}{key}",
        user.id,
        if roles.is_empty() { "no role".into() } else { roles.join(", ") }
    )
}

fn policy_sentence(policy: &Policy) -> String {
    let rule = |rule: &Rule| match rule.over {
        Some(over) => format!("{} over {}", acts_words(rule.act), over.grouped()),
        None => acts_words(rule.act).to_owned(),
    };
    let mut needs: Vec<String> = policy.rules.iter().map(rule).collect();
    if policy.recipient_recorder_apart {
        needs.push(
            "payments to a recipient whose details were recorded by the user making the payment".to_owned(),
        );
    }
    let checklist = if policy.checklist {
        "; awards need a decision with a completed originator's checklist"
    } else {
        ""
    };
    let signed = if policy.signed_approvals { "; approvals must be signed" } else { "" };
    let last = needs.pop().unwrap_or_default();
    let needs = if needs.is_empty() { last } else { format!("{}, and {last}", needs.join(", ")) };
    format!(
        "Scheme of delegation: approval needed for {needs}; amounts are added together over {} days{checklist}{signed}",
        policy.days
    )
}

fn acts_words(act: Act) -> &'static str {
    match act {
        Act::Award => "awards",
        Act::Reduction => "reductions",
        Act::Purpose => "changes of purpose",
        Act::Terms => "changes of terms",
        Act::Payment => "payments",
        Act::Refund => "refunds",
        Act::Receipt => "receipts",
        Act::Budget => "budget changes",
        Act::Recipient => "changes to recipients' details",
        Act::Decision => "entries in the decision register",
        Act::Reconciliation => "reconciliations",
        Act::Closing => "closing and reopening months",
        Act::PriorPeriod => "prior period adjustments",
        Act::Reversal => "reversals",
        Act::Reference => "changes to reference data",
    }
}

fn award_terms(naming: Naming<'_>, award: &Award) -> String {
    let decision = award.decision.as_ref().map_or("not stated".to_owned(), ToString::to_string);
    let terms = match award.period {
        Some(stated) => format!("period {}, recognised {}", stated.in_words(), award.basis.words()),
        None => "period not stated, recognised when paid".to_owned(),
    };
    format!(
        "Decision {decision}; {}; {}; theme {}; {terms}",
        naming.funds(&award.fund),
        naming.power(award.power),
        naming.themes(&award.purpose.split)
    )
}

fn capitalised(text: String) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

fn decision_sentence(decision: &Decision) -> String {
    let date =
        decision.date.map_or(", date not stated".to_owned(), |date| format!(" of {}", date.in_words()));
    let title = decision.title.as_ref().map(|title| format!(": {title}")).unwrap_or_default();
    let kind =
        decision.kind.map(|kind| format!(" (kind: {})", kind.word().replace('-', " "))).unwrap_or_default();
    let confidential = if decision.confidential { ", confidential" } else { "" };
    let ground = decision.ground.as_ref().map(|ground| format!("; ground for withholding: {ground}"));
    format!("Decision {}{date}{kind}{confidential}{title}{}", decision.id, ground.unwrap_or_default())
}

fn variation_sentence(naming: Naming<'_>, grant: &str, variation: &Variation) -> String {
    let new_period = variation.period.map(|stated| format!("period {}", stated.in_words()));
    let word = if variation.change.is_negative() { "reduced" } else { "increased" };
    let size = variation.change.size();
    let change = (!size.is_zero()).then(|| format!("{word} by {}", size.grouped()));
    let changes: Vec<String> = change.into_iter().chain(new_period).collect();
    let what = if variation.extension { "extended" } else { "varied" };
    let (part, day) = (naming.part(variation.part.as_ref()), variation.date.in_words());
    let changes = changes.join(", ");
    match part.is_empty() {
        true => format!("Award {grant} {what} with effect from the close of {day}: {changes}"),
        false => {
            format!(
                "{}award {grant} {what} with effect from the close of {day}: {changes}",
                capitalised(part)
            )
        }
    }
}

fn confirmed(again: bool) -> &'static str {
    if again { ", confirmed as not a duplicate" } else { "" }
}

fn refund_sentence(part: &str, grant: &str, refund: &Refund) -> String {
    let available =
        if refund.stays_available { "; the amount remains available to the recipient" } else { "" };
    format!(
        "Refund of {} against {part}award {grant}, dated {}{}{}{available}",
        refund.amount.grouped(),
        refund.date.in_words(),
        referring_to(refund.reference.as_ref()) + &by_account("into", refund.account.as_ref()),
        confirmed(refund.again)
    )
}

/// Returns what a refund clears of what was due back, and by how much it reduces the award.
fn refund_details(refund: &Refund, posted: &Entries) -> Result<Vec<String>, BooksError> {
    let due_back = posted.postings().filter(|it| it.account == Account::RecoveriesDue);
    let cleared = Money::sum(due_back.map(|it| it.amount))?.negated();
    let rest = refund.amount.minus(cleared)?;
    let mut details = Vec::new();
    details.extend(cleared.is_positive().then(|| format!("Clears {} of recoveries due", cleared.grouped())));
    if rest.is_positive() && !refund.stays_available {
        details.push(format!("Reduces the award by {}", rest.grouped()));
    }
    Ok(details)
}

fn receipt_sentence(naming: Naming<'_>, receipt: &FundingReceipt) -> String {
    let from = receipt.from.as_ref().map(|from| format!(" from {from}")).unwrap_or_default();
    let (what, to, condition) = match receipt.kind {
        ReceiptKind::Income => ("Receipt of", "into", ""),
        ReceiptKind::ReturnIfUnspent => ("Receipt of", "into", ", to be returned if unspent"),
        ReceiptKind::OpeningBalance => ("Opening balance of", "for", ""),
    };
    format!(
        "{what} {} {to} {}{from}{condition}, dated {}{}",
        receipt.amount.grouped(),
        naming.fund(&receipt.fund),
        receipt.date.in_words(),
        referring_to(receipt.reference.as_ref()) + &by_account("into", receipt.account.as_ref())
    )
}

/// Returns what is due, and whether payments are held until then.
fn due_sentence(grant: &str, due: &Due) -> String {
    let kind = match due.what {
        DueKind::Milestone => "Milestone",
        DueKind::MonitoringReport => "Monitoring report",
    };
    let hold =
        if due.before_payment { "; payments from that date are held until it is received" } else { "" };
    format!("{kind} for award {grant}, \"{}\", due {}{hold}", due.name, due.due.in_words())
}

fn submission_sentence(grant: &str, submission: &Submission) -> String {
    let kind = match submission.what {
        DueKind::Milestone => "Milestone reached",
        DueKind::MonitoringReport => "Monitoring report received",
    };
    let paper = submission.paper.as_ref().map(|paper| format!(", paper {paper}")).unwrap_or_default();
    let (name, due, received) = (&submission.name, submission.due.in_words(), submission.received.in_words());
    format!("{kind} on {received} for award {grant}: \"{name}\", due {due}{paper}")
}

/// Returns a performance indicator with its change from the baseline.
fn indicator_sentence(naming: Naming<'_>, key: &IndicatorKey, stated: &Indicator) -> String {
    let unit = stated.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
    let against = stated.baseline.as_ref().map(|baseline| {
        let change = stated.value.change_from(baseline.value);
        let signed = |it: String| if it.starts_with('-') { it } else { format!("+{it}") };
        let percent = change.percent().map(|it| format!(" ({}%)", signed(it))).unwrap_or_default();
        let (base, period) = (baseline.value.grouped(), baseline.period);
        format!(", {}{percent} against {base} in {period}", signed(grouped(&change.difference())))
    });
    format!(
        "Indicator {} ({}, {}): {}{unit}{}",
        key.name,
        naming.theme(&key.theme),
        key.period,
        stated.value.grouped(),
        against.unwrap_or_default()
    )
}

/// Returns what is taken from reserves as a prior period adjustment, year by year, and why.
pub fn adjustments(posted: &Entries, reason: Option<&Text>) -> Result<Vec<String>, Overflow> {
    let Some(reason) = reason else { return Ok(Vec::new()) };
    let mut years: BTreeMap<(Option<FinancialYear>, &FundId), Money> = BTreeMap::new();
    for posting in posted.postings().filter(|it| it.account == Account::PriorPeriod) {
        let year = posting.effective.financial_year();
        // A payment of an earlier year may have come back in this one.
        let year = Some(year).filter(|it| *it < posting.booked.financial_year());
        years.entry((year, posting.fund)).or_default().add(posting.amount)?;
    }
    let each = years.into_iter().filter(|(_, amount)| !amount.is_zero()).map(|((year, fund), amount)| {
        let taken = if amount.is_negative() { "returned to" } else { "taken from" };
        let amount = amount.size().grouped();
        let year = year.map_or_else(|| "earlier years".to_owned(), |year| year.to_string());
        format!(
            "Expenditure of {year}: {amount} {taken} the reserve of fund {fund}, and not included in this year's expenditure"
        )
    });
    let mut details: Vec<String> = each.collect();
    details.push(format!("Prior period adjustment: {reason}"));
    Ok(details)
}

fn paper_sentence(paper: &PublicPaper) -> String {
    let date = paper.date.map(|date| format!(" of {}", date.in_words())).unwrap_or_default();
    let title = paper.title.as_ref().map(|title| format!(": {title}")).unwrap_or_default();
    format!("Public paper {}{date}{title}", paper.id)
}

fn paper_content(paper: &PublicPaper) -> Option<String> {
    let decisions = paper.decisions.iter().map(|id| format!("decision {id}"));
    let grants = paper.grants.iter().map(|id| format!("grant {id}"));
    let named: Vec<String> = decisions.chain(grants).collect();
    (!named.is_empty()).then(|| format!("Contains: {}", named.join(", ")))
}

fn budget_name(naming: Naming<'_>, budget: &BudgetKey) -> String {
    format!("for {}, theme {}, {}", naming.fund(&budget.fund), naming.theme(&budget.theme), budget.year)
}

/// Returns the bank account that money was paid from or into, where it is stated.
fn by_account(from_or_into: &str, account: Option<&Text>) -> String {
    account.map(|account| format!(", {from_or_into} account {account}")).unwrap_or_default()
}

fn referring_to(reference: Option<&Text>) -> String {
    reference.map(|reference| format!(", reference {reference}")).unwrap_or_default()
}

fn signed(signature: Option<&Signature>) -> &'static str {
    if signature.is_some() { ", with a signature" } else { "" }
}

fn because(reason: Option<&Text>) -> String {
    reason.map(|reason| format!(": {reason}")).unwrap_or_default()
}

/// Returns an amount as on paper: `1,234.56`, and `(1,234.56)` where it is negative.
pub fn paper(amount: Money) -> String {
    if amount.is_negative() { format!("({})", amount.size().grouped()) } else { amount.grouped() }
}

/// Returns an amount in pounds: `£1,234.56`, and `(£1,234.56)` where it is negative.
pub fn pounds(amount: Money) -> String {
    let size = amount.size().grouped();
    if amount.is_negative() { format!("(£{size})") } else { format!("£{size}") }
}

/// Returns a recipient's newest name, or its id where there is none.
pub fn recipient_name(books: &dyn Books, id: &RecipientId) -> Result<String, BooksError> {
    Ok(books.recipient(id)?.map_or_else(|| id.to_string(), |recipient| recipient.name().to_owned()))
}

/// Returns the numbers of records: `record 14`, `records 14 and 15`, `records 14 to 20`.
pub fn record_numbers(first: u64, last: u64) -> String {
    match last.checked_sub(first) {
        None | Some(0) => format!("record {first}"),
        Some(1) => format!("records {first} and {last}"),
        Some(_) => format!("records {first} to {last}"),
    }
}

/// Returns a record with its time and user: `record 14 (21 Nov 2026 10:03 UTC by jane)`.
pub(crate) fn record_words(record: &Record) -> String {
    format!("record {} ({} by {})", record.number, moment_in_words(&record.at), record.by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negative_amounts_are_in_brackets() {
        assert_eq!(paper(Money::from_pence(500_000)), "5,000.00");
        assert_eq!(paper(Money::from_pence(-500_000)), "(5,000.00)");
        assert_eq!(paper(Money::ZERO), "0.00");
    }

    #[test]
    fn two_neighbours_are_named_one_by_one() {
        for (first, last, expected) in
            [(14, 14, "record 14"), (14, 15, "records 14 and 15"), (14, 16, "records 14 to 16")]
        {
            assert_eq!(record_numbers(first, last), expected);
        }
    }
}
