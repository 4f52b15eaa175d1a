//! The forms about the office's own registers, budgets and months, and about recipients and records.

use almoner_app::error::Error;
use almoner_app::intents;
use almoner_ledger::budgets::BudgetKey;
use almoner_ledger::checklist::{Answer, Checklist, Question};
use almoner_ledger::command::Command;
use almoner_ledger::decide::reverse_batch;
use almoner_ledger::decisions::{Decision, DecisionId, DecisionKind, Ground, GroundKind};
use almoner_ledger::funders::{FundingReceipt, ReceiptKind};
use almoner_ledger::publication::Publication;
use almoner_ledger::rejection::Field as Of;
use almoner_ledger::text::Text;
use almoner_ledger::withholding::subject_of;
use almoner_store::batch_of;

use super::grants::PAID_INTO;
use super::{About, Act, Choices, Field, Form, Further, Kind, Typed, command, commands};
use crate::frame::Section;

pub(super) const FORMS: &[Form] = &[
    Form {
        command: "decision add",
        label: "decision add",
        title: "Decision",
        button: "Record decision",
        done: "Decision recorded",
        lead: "To add details that were not stated, record the decision again with them.",
        ..Form::of_office("decision", Section::Decisions, DECISION, decision)
    },
    Form {
        command: "decision checklist",
        label: "decision checklist",
        title: "Checklist",
        button: "Record answers",
        done: "Answers recorded",
        lead: "Answers can be recorded a few at a time. A recorded answer cannot be changed.",
        about: About::Decision,
        checks: |typed, _| answers(typed).1.into_iter().map(half_answered).collect(),
        ..Form::of_office("checklist", Section::Decisions, CHECKLIST, checklist)
    },
    Form {
        command: "decision ground",
        label: "decision ground",
        title: "Ground for withholding",
        button: "Record ground",
        done: "Ground recorded",
        lead: "Confidential items are left out of the monthly disclosure only \
               on a recorded ground. A recorded ground cannot be replaced.",
        about: About::Decision,
        checks: |typed, _| ground(typed).err().into_iter().collect(),
        ..Form::of_office(
            "ground",
            Section::Decisions,
            &[
                Field::new("ground", "Ground", Kind::Choice(Choices::Of(GROUNDS)))
                    .required()
                    .codes(&["different-content"]),
                Field::new("view", "Date of the chief officer’s view", Kind::Date)
                    .hint("For the first three grounds: 4 Mar 2015")
                    .codes(&["view-not-stated"]),
                Field::new("enactment", "Name of the enactment", Kind::Text)
                    .hint("For the last ground: Sexual Offences (Amendment) Act 1992")
                    .codes(&["enactment-not-stated"]),
            ],
            record_ground,
        )
    },
    Form {
        command: "recipient add",
        label: "recipient add",
        title: "Recipient",
        button: "Add recipient",
        done: "Recipient added",
        ..Form::of_office("recipient", Section::Recipients, RECIPIENT, recipient)
    },
    Form {
        command: "recipient rename",
        label: "recipient rename",
        title: "Change of name",
        button: "Record change of name",
        done: "Change of name recorded",
        lead: "Each paper shows the name in use at its date, so earlier papers keep the old name. For a misspelt name, \
               give the date of the recipient's first award as the first day.",
        ..Form::of_recipient(
            "rename",
            &[
                Field::new("name", "New name", Kind::Text).required().of(&[Of::Name, Of::Recipient]),
                NAMED_FROM,
            ],
            rename,
        )
    },
    Form {
        command: "recipient identify",
        label: "recipient identify",
        title: "Identifier",
        button: "Add identifier",
        done: "Identifier added",
        ..Form::of_recipient(
            "identify",
            &[Field::new("identifier", "Identifier", Kind::Identifier)
                .hint("GB-CHC-1087198 for a charity, GB-COH-01234567 for a company")
                .required()
                .of(&[Of::Identifiers])],
            identify,
        )
    },
    Form {
        command: "recipient alias",
        label: "recipient alias",
        title: "Alias",
        button: "Add alias",
        done: "Alias added",
        lead: "Another name by which the recipient is recognised. Papers do not show it.",
        ..Form::of_recipient(
            "alias",
            &[Field::new("name", "Alias", Kind::Text).required().of(&[Of::Name, Of::Recipient])],
            alias,
        )
    },
    Form {
        command: "theme add",
        label: "theme add",
        title: "Theme",
        button: "Add theme",
        done: "Theme added",
        lead: "To state the objective of a theme that has none, add the theme again with its objective.",
        ..Form::of_office(
            "theme",
            Section::Budgets,
            &[
                Field::new("name", "Name", Kind::Text)
                    .hint("Knife crime")
                    .required()
                    .of(&[Of::Name, Of::Theme]),
                Field::new("objective", "Objective of the Police and Crime Plan", Kind::Text)
                    .of(&[Of::Objective]),
                CONFIDENTIAL,
            ],
            theme,
        )
    },
    Form {
        command: "theme rename",
        label: "theme rename",
        title: "Change of a theme's name",
        button: "Record change of name",
        done: "Change of name recorded",
        lead: "Each paper shows the name in use at its date, so earlier papers keep the old name.",
        ..Form::of_office(
            "theme-rename",
            Section::Budgets,
            &[
                Field::new("theme", "Theme", Kind::Choice(Choices::Themes)).required().of(&[Of::Theme]),
                NEW_NAME,
                NAMED_FROM,
            ],
            rename_theme,
        )
    },
    Form {
        command: "fund rename",
        label: "fund rename",
        title: "Change of a fund's name",
        button: "Record change of name",
        done: "Change of name recorded",
        lead: "Each paper shows the name in use at its date, so earlier papers keep the old name.",
        ..Form::of_office(
            "fund-rename",
            Section::Budgets,
            &[
                Field::new("fund", "Fund", Kind::Choice(Choices::Funds)).required().of(&[Of::Fund]),
                NEW_NAME,
                NAMED_FROM,
            ],
            rename_fund,
        )
    },
    Form {
        command: "fund add",
        label: "fund add",
        title: "Fund",
        button: "Add fund",
        done: "Fund added",
        ..Form::of_office(
            "fund",
            Section::Budgets,
            &[
                Field::new("name", "Name", Kind::Text)
                    .hint("Victims' services")
                    .required()
                    .of(&[Of::Name, Of::Fund]),
                CONFIDENTIAL,
            ],
            fund,
        )
    },
    Form {
        command: "budget set",
        title: "Budget",
        button: "Record budget",
        done: "Budget recorded",
        lead: "The total budget for the year for a fund and theme.",
        ..Form::of_office("budget", Section::Budgets, BUDGET, budget)
    },
    Form {
        command: "funding receive",
        label: "receive",
        title: "Money from a funder",
        button: "Record receipt",
        done: "Receipt recorded",
        further: Further::Another,
        ..Form::of_office("funding", Section::Budgets, FUNDING, funding)
    },
    Form {
        title: "Closing of a month",
        button: "Close month",
        done: "Month closed",
        lead: "The ledger is verified first. The accounts must balance, no proposal may be pending, and every payment, \
               refund and receipt must be on a reconciled statement or explained. No line of a statement may be open. \
               Months are closed in order.",
        ..Form::of_office(
            "close",
            Section::Log,
            &[
                Field::new("month", "Month", Kind::Month).hint("March 2015").required().codes(MONTH_CODES),
                Field::new("final", "Finally: the month cannot be reopened", Kind::Tick)
                    .codes(&["earlier-month-not-final"]),
                Field::new("explain", "Explanation", Kind::Long)
                    .hint("For payments, refunds and receipts that are not on a statement"),
            ],
            close,
        )
    },
    Form {
        title: "Reopening of a month",
        button: "Reopen month",
        done: "Month reopened",
        ..Form::of_office(
            "reopen",
            Section::Log,
            &[
                Field::new("month", "Month", Kind::Month)
                    .hint("March 2015")
                    .required()
                    .codes(&["not-closed", "finally-closed"]),
                Field::new("reason", "Reason", Kind::Long).required().of(&[Of::Reason]),
            ],
            reopen,
        )
    },
    Form {
        command: "theme withhold",
        title: "Publication",
        button: "Record",
        done: "Publication recorded",
        lead: "The public and the panel see a theme or fund, with its budgets, indicators and receipts, \
               once they can see a grant under it. Here you can withhold it, or show it in any case. If a theme or fund is withheld, so \
               is every grant under it.",
        ..Form::of_record(
            "publication",
            &[Field::new("publication", "Publication", Kind::Choice(Choices::Of(PUBLICATIONS))).required()],
            publication,
        )
    },
    Form {
        title: "Reversal",
        button: "Record reversal",
        done: "Reversal recorded",
        lead: "Restores the books to what they would be without the record. The record and its reversal stay in the audit log.",
        ..Form::of_record(
            "reverse",
            &[
                Field::new("reason", "Reason", Kind::Long).of(&[Of::Reason]),
                Field::new("batch", "Reverse all records that were recorded together with it", Kind::Tick)
                    .hint("For an import, all its records"),
            ],
            reverse,
        )
    },
];

/// Whether what is added is marked confidential.
pub(super) const CONFIDENTIAL: Field =
    Field::new("confidential", "Confidential: withheld from the public and the panel", Kind::Tick);

const PUBLICATIONS: &[(&str, &str)] = &[
    ("confidential", "Withheld from the public and the panel"),
    ("public", "Shown to the public and the panel"),
];

const MONTH_CODES: &[&str] = &["month-not-over", "earlier-month-open", "finally-closed"];

const DECISION: &[Field] = &[
    Field::new("decision", "Decision number", Kind::Decision)
        .hint("As published: 26-2015, C7-2015")
        .required()
        .of(&[Of::Decision]),
    Field::new("date", "Date", Kind::Date).hint("Blank if not stated").of(&[Of::Date, Of::Decided]),
    Field::new("title", "Title", Kind::Text).of(&[Of::Title]),
    Field::new("summary", "Summary", Kind::Long).of(&[Of::Summary]),
    Field::new("kind", "Kind", Kind::Choice(Choices::Of(KINDS))).of(&[Of::What]),
    Field::new("confidential", "Confidential: only the number and title may be published", Kind::Tick),
];

const KINDS: &[(&str, &str)] = &[
    ("award", "Award"),
    ("change-of-purpose", "Change of purpose"),
    ("variation", "Variation"),
    ("extension", "Extension"),
    ("withdrawal", "Withdrawal"),
    ("other", "Other"),
    ("not-stated", "Not stated"),
];

const YES_OR_NO: Kind = Kind::Choice(Choices::Of(&[("yes", "Yes"), ("no", "No")]));

/// Returns the fields of an answer and of its reason.
const fn answer(
    question: Question,
    [name, reason]: [&'static str; 2],
    codes: &'static [&'static str],
) -> [Field; 2] {
    [
        Field::new(name, question.words(), YES_OR_NO).codes(codes),
        Field::new(reason, "Reason", Kind::Text).hint("By whom, when, and where it is on file"),
    ]
}

const ANSWERS: [[Field; 2]; 8] = [
    answer(Question::Legal, ["legal", "legal_reason"], &["legal", "nothing-answered"]),
    answer(Question::Cfo, ["cfo", "cfo_reason"], &["cfo"]),
    answer(Question::Equality, ["equality", "equality_reason"], &["equality"]),
    answer(Question::HumanResources, ["human-resources", "human-resources_reason"], &["human-resources"]),
    answer(Question::PlanObjective, ["plan-objective", "plan-objective_reason"], &["plan-objective"]),
    answer(Question::Consultation, ["consultation", "consultation_reason"], &["consultation"]),
    answer(Question::Communications, ["communications", "communications_reason"], &["communications"]),
    answer(Question::Ethics, ["ethics", "ethics_reason"], &["ethics"]),
];
const CHECKLIST: &[Field] = ANSWERS.as_flattened();

const RECIPIENT: &[Field] = &[
    Field::new("name", "Name", Kind::Text).required().of(&[Of::Name, Of::Recipient]),
    Field::new("identifier", "Identifier", Kind::Identifier)
        .hint("GB-CHC-1087198 for a charity, GB-COH-01234567 for a company; blank if there is none")
        .of(&[Of::Identifiers]),
    Field::new("id", "Id", Kind::Recipient)
        .hint("Only if another organisation with the same name is already recorded: open-door-lowestoft"),
];

const NEW_NAME: Field =
    Field::new("name", "New name", Kind::Text).required().of(&[Of::Name]).codes(&["different-content"]);

const NAMED_FROM: Field = Field::new("from", "Effective date", Kind::Date)
    .hint("1 Apr 2016")
    .today()
    .of(&[Of::Date, Of::From])
    .codes(&["name-not-later"]);

const BUDGET: &[Field] = &[
    Field::new("fund", "Fund", Kind::Choice(Choices::Funds)).required().of(&[Of::Fund]),
    Field::new("theme", "Theme", Kind::Choice(Choices::ThemeOrNone)).required().of(&[Of::Theme]),
    Field::new("year", "Financial year", Kind::Year).hint("2015-16").required(),
    Field::new("amount", "Budget", Kind::Money)
        .hint("Total budget for the year, not the amount of the change")
        .required()
        .of(&[Of::Amount])
        .codes(&["different-content"]),
    Field::new("decision", "Decision number", Kind::Decision)
        .hint("Blank if there is none")
        .of(&[Of::Decision]),
    Field::new("date", "Effective date", Kind::Date)
        .hint("Blank for 1 April or, if it replaces a budget, the date of the decision")
        .of(&[Of::Date, Of::Decided]),
    CONFIDENTIAL,
];

const RECEIPT_KINDS: &[(&str, &str)] = &[
    ("income", "Income at once"),
    ("return-if-unspent", "To be returned if unspent"),
    ("opening-balance", "Balance brought forward when the books were opened"),
];

const FUNDING: &[Field] = &[
    Field::new("fund", "Fund", Kind::Choice(Choices::Funds)).required().of(&[Of::Fund]),
    Field::new("amount", "Amount", Kind::Amount).hint("In pounds: 600,000").required().of(&[Of::Amount]),
    Field::new("date", "Date received", Kind::Date)
        .hint("Date of the bank transaction: 15 Apr 2015")
        .today()
        .of(&[Of::Date, Of::Decided]),
    Field::new("from", "Funder", Kind::Text).of(&[Of::From]),
    Field::new("reference", "Reference", Kind::Text).hint("Bank reference"),
    PAID_INTO,
    Field::new("kind", "Recognition", Kind::Choice(Choices::Of(RECEIPT_KINDS))).required().of(&[Of::What]),
];

fn decision(typed: &Typed<'_>) -> Option<Act> {
    command(Command::RecordDecision(Decision {
        date: typed.date("date"),
        title: typed.text("title"),
        summary: typed.text("summary"),
        kind: typed.fields.get("kind").and_then(DecisionKind::parse),
        confidential: typed.has("confidential"),
        ..Decision::numbered(typed.get("decision")?)
    }))
}

/// Returns the answers that have a reason, and the questions of which one of the two is missing.
fn answers(typed: &Typed<'_>) -> (Checklist, Vec<Question>) {
    let (mut answers, mut half) = (Vec::new(), Vec::new());
    for question in Question::ALL {
        let yes = typed.fields.get(question.word()).map(|word| word == "yes");
        match (yes, typed.text(&format!("{}_reason", question.word()))) {
            (Some(yes), Some(reason)) => answers.push((question, Answer { yes, reason })),
            (None, None) => {}
            (Some(_), None) | (None, Some(_)) => half.push(question),
        }
    }
    (answers.into_iter().collect(), half)
}

fn half_answered(question: Question) -> Error {
    let message = format!("the answer or the reason is missing: {}", question.words().to_lowercase());
    Error::refused(question.word(), message).advice("choose yes or no, and enter the reason")
}

fn checklist(typed: &Typed<'_>) -> Option<Act> {
    let id = DecisionId::new(typed.about).ok()?;
    let (checklist, half) = answers(typed);
    commands(move |_| {
        if let Some(question) = half.first() {
            return Err(half_answered(*question));
        }
        if checklist.is_empty() {
            return Err(Error::refused("nothing-answered", "no answer is given")
                .advice("choose yes or no, and enter the reason"));
        }
        Ok(vec![intents::answer_checklist(id.clone(), checklist.clone())])
    })
}

const GROUNDS: &[(&str, &str)] = &[
    ("national-security", "Publication would be against the interests of national security"),
    ("safety", "Publication would be likely to endanger the safety of a person"),
    ("justice", "Publication would prejudice the prevention or detection of crime, or justice"),
    ("enactment", "An enactment prohibits publication"),
];

/// Returns the ground that is typed; `None` if no kind of ground is chosen.
fn ground(typed: &Typed<'_>) -> Result<Option<Ground>, Error> {
    let Some(kind) = typed.fields.get("ground").and_then(GroundKind::parse) else { return Ok(None) };
    let found = Ground::of(kind, typed.date("view"), typed.text("enactment"));
    found.map(Some).ok_or_else(|| match kind {
        GroundKind::Enactment => {
            Error::refused("enactment-not-stated", "this ground needs only the name of the enactment")
                .advice("enter the name, but no date")
        }
        GroundKind::NationalSecurity | GroundKind::Safety | GroundKind::Justice => {
            Error::refused("view-not-stated", "this ground needs only the date of the chief officer's view")
                .advice("enter the date, but no enactment")
        }
    })
}

fn record_ground(typed: &Typed<'_>) -> Option<Act> {
    let id = DecisionId::new(typed.about).ok()?;
    let ground = ground(typed);
    commands(move |_| {
        let ground = ground.clone()?;
        Ok(vec![Command::RecordDecision(Decision { ground, ..Decision::numbered(id.clone()) })])
    })
}

fn recipient(typed: &Typed<'_>) -> Option<Act> {
    command(Command::AddRecipient {
        id: typed.get("id"),
        name: typed.text("name")?,
        identifiers: typed.get("identifier").into_iter().collect(),
    })
}

fn rename(typed: &Typed<'_>) -> Option<Act> {
    let from = typed.date("from").unwrap_or(typed.today);
    command(Command::RenameRecipient { recipient: typed.about.to_owned(), name: typed.text("name")?, from })
}

fn identify(typed: &Typed<'_>) -> Option<Act> {
    let identifier = typed.get("identifier")?;
    command(Command::IdentifyRecipient { recipient: typed.about.to_owned(), identifier })
}

fn alias(typed: &Typed<'_>) -> Option<Act> {
    command(Command::AliasRecipient { recipient: typed.about.to_owned(), alias: typed.text("name")? })
}

fn theme(typed: &Typed<'_>) -> Option<Act> {
    let name = typed.text("name")?;
    let objective = typed.text("objective");
    let is_marked = typed.has("confidential");
    commands(move |_| {
        Ok(intents::marked(intents::add_theme(name.clone(), None, objective.clone())?, is_marked))
    })
}

fn fund(typed: &Typed<'_>) -> Option<Act> {
    let name = typed.text("name")?;
    let is_marked = typed.has("confidential");
    commands(move |_| Ok(intents::marked(intents::add_fund(name.clone(), None)?, is_marked)))
}

fn rename_theme(typed: &Typed<'_>) -> Option<Act> {
    let from = typed.date("from").unwrap_or(typed.today);
    command(Command::RenameTheme { theme: typed.get("theme")?, name: typed.text("name")?, from })
}

fn rename_fund(typed: &Typed<'_>) -> Option<Act> {
    let from = typed.date("from").unwrap_or(typed.today);
    command(Command::RenameFund { fund: typed.get("fund")?, name: typed.text("name")?, from })
}

fn budget(typed: &Typed<'_>) -> Option<Act> {
    let key = BudgetKey { fund: typed.get("fund")?, theme: typed.get("theme")?, year: typed.get("year")? };
    let set = Command::SetBudget {
        budget: key,
        amount: typed.get("amount")?,
        date: typed.date("date"),
        decision: typed.get("decision"),
        revise: typed.has("revise"),
    };
    let all = intents::marked(set, typed.has("confidential"));
    commands(move |_| Ok(all.clone()))
}

fn funding(typed: &Typed<'_>) -> Option<Act> {
    let again = typed.has("again");
    let receipt = FundingReceipt {
        fund: typed.get("fund")?,
        date: typed.date("date").unwrap_or(typed.today),
        amount: typed.get("amount")?,
        from: typed.text("from"),
        reference: typed.text("reference"),
        account: typed.text("account"),
        kind: match typed.fields.text("kind") {
            "return-if-unspent" => ReceiptKind::ReturnIfUnspent,
            "opening-balance" => ReceiptKind::OpeningBalance,
            _ => ReceiptKind::Income,
        },
    };
    commands(move |books| Ok(vec![intents::receive(books, receipt.clone(), again)?]))
}

fn close(typed: &Typed<'_>) -> Option<Act> {
    command(Command::Close {
        month: typed.get("month")?,
        is_final: typed.has("final"),
        explained: typed.text("explain"),
    })
}

fn reopen(typed: &Typed<'_>) -> Option<Act> {
    command(Command::Reopen { month: typed.get("month")?, reason: typed.text("reason")? })
}

fn publication(typed: &Typed<'_>) -> Option<Act> {
    let record: u64 = typed.about.parse().ok()?;
    let publication = typed.fields.get("publication").and_then(Publication::parse)?;
    commands(move |books| {
        let of = books.record(record)?.as_ref().and_then(subject_of);
        let of = of.ok_or_else(|| {
            Error::refused(
                "not-to-be-marked",
                "this record is not for a theme, fund, budget, indicator or receipt",
            )
            .advice("select another record")
        })?;
        Ok(vec![Command::SetPublication { of, publication }])
    })
}

fn reverse(typed: &Typed<'_>) -> Option<Act> {
    let record: u64 = typed.about.parse().ok()?;
    let reason: Option<Text> = typed.text("reason");
    if !typed.has("batch") {
        return command(Command::Reverse { record, reason });
    }
    Some(Box::new(move |ledger, draft, _| {
        let batch = batch_of(ledger, record)?;
        Ok(vec![reverse_batch(draft, &batch.records, reason.as_ref(), &mut |_, _| {})?])
    }))
}
