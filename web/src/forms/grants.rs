//! The forms about a grant.

use almoner_app::error::Error;
use almoner_app::intents::{
    self, Change, ChangeAward, ChangeOfAmount, Instalments, MonitoringSchedule, ReturnedPayment,
};
use almoner_ledger::command::Command;
use almoner_ledger::grants::monitoring::{Due, DueKind};
use almoner_ledger::grants::{Instalment, Payment, Power, Purpose, Refund, TermsAddendum};
use almoner_ledger::rejection::Field as Of;
use almoner_ledger::reports::Every;
use almoner_ledger::text::Text;

use super::award::{ALLOCATION, POWERS, mixed};
use super::{Act, Choices, Field, Form, Further, Kind, Typed, command, commands};

const AMOUNT: Field =
    Field::new("amount", "Amount", Kind::Amount).hint("In pounds: 5,000.00").required().of(&[Of::Amount]);
const REFERENCE: Field =
    Field::new("reference", "Reference", Kind::Text).hint("Finance system or bank reference");
const PAID_FROM: Field = Field::new("account", "Bank account paid from", Kind::Account)
    .hint("As on its statements: 20-00-00 12345678; blank if not stated")
    .of(&[Of::Account]);
pub(super) const PAID_INTO: Field = Field::new("account", "Bank account paid into", Kind::Account)
    .hint("As on its statements: 20-00-00 12345678; blank if not stated")
    .of(&[Of::Account]);
const DECISION: Field =
    Field::new("decision", "Decision number", Kind::Decision).hint("Blank if not stated").of(&[Of::Decision]);
const EFFECTIVE: Field = Field::new("date", "Effective date", Kind::Date)
    .hint("Blank for the date of the registered decision, otherwise today")
    .of(&[Of::Date, Of::Decided]);
const EVERY: &[(&str, &str)] =
    &[("month", "Every month"), ("quarter", "Every quarter"), ("year", "Every year")];
const ON: &[Of] = &[Of::Date, Of::Decided];
const THEMES: &str = "One theme; or several, each with a percentage (60%) or an amount (10,000)";

pub(super) const FORMS: &[Form] = &[
    Form {
        title: "Payment",
        button: "Record payment",
        done: "Payment recorded",
        further: Further::Another,
        ..Form::of_grant(
            "pay",
            &[
                AMOUNT,
                Field::new("date", "Date of payment", Kind::Date)
                    .hint("Date of the bank transaction: 15 Jun 2015")
                    .today()
                    .of(ON),
                REFERENCE,
                PAID_FROM,
                PART,
                Field::new("reason", "Reason for payment before the decision", Kind::Text)
                    .of(&[Of::Reason])
                    .after(&["paid-before-decision"]),
            ],
            pay,
        )
    },
    Form {
        title: "Variation",
        button: "Record variation",
        done: "Variation recorded",
        lead: "A new amount, a new period, or both. The change takes effect at the end of its effective date.",
        ..Form::of_grant(
            "vary",
            &[
                Field::new("amount", "New total of the award", Kind::Money)
                    .hint("Blank if the amount does not change")
                    .of(&[Of::Amount]),
                PART,
                Field::new("from", "First day of the new period", Kind::Stated)
                    .hint("A day or a month; blank if it does not change")
                    .of(&[Of::From, Of::Period]),
                Field::new("to", "Last day of the new period", Kind::Stated)
                    .hint("A day or a month; blank if it does not change")
                    .of(&[Of::To])
                    .codes(&["no-period"]),
                DECISION,
                EFFECTIVE,
            ],
            vary,
        )
    },
    Form {
        title: "Extension",
        button: "Record extension",
        done: "Extension recorded",
        lead: "The amount does not change. The amount still to recognise is spread over the longer period.",
        ..Form::of_grant(
            "extend",
            &[
                Field::new("to", "New last day", Kind::Stated)
                    .hint("30 Jun 2016, or a month for its last day: Jun 2016")
                    .required()
                    .of(&[Of::To, Of::Period])
                    .codes(&["no-period-to-extend"]),
                DECISION,
                EFFECTIVE,
            ],
            extend,
        )
    },
    Form {
        title: "Change of purpose",
        button: "Record change of purpose",
        done: "Change of purpose recorded",
        lead: "Amounts do not change. Expenditure from the effective date is shown under the new themes.",
        ..Form::of_grant(
            "repurpose",
            &[
                Field::new("purpose", "New purpose", Kind::Long).required().of(&[Of::Purpose]),
                Field::new("theme", "New theme", Kind::Split(Choices::Themes))
                    .hint(THEMES)
                    .required()
                    .of(&[Of::Theme]),
                Field::new("include_past", "Move past expenditure to the new themes too", Kind::Tick)
                    .of(&[Of::IncludePast]),
                DECISION,
                EFFECTIVE,
            ],
            repurpose,
        )
    },
    Form {
        command: "vary",
        label: "vary fund",
        title: "Change of fund",
        checks: |typed, _| mixed(typed).into_iter().collect(),
        button: "Record change of fund",
        done: "Change of fund recorded",
        lead: "The totals do not change. Expenditure and payments from the effective date are in \
               the new fund, as are amounts outstanding, prepaid or accrued on that day.",
        ..Form::of_grant(
            "fund",
            &[
                Field::new("fund", "New fund", Kind::Split(Choices::Funds))
                    .hint("One fund; or several, each with a percentage or an amount")
                    .required_unless(ALLOCATION.name)
                    .of(&[Of::Fund]),
                ALLOCATION.hint("Instead of the fund, if several themes are paid from several funds"),
                Field::new("include_past", "Move past expenditure to the new fund too", Kind::Tick)
                    .of(&[Of::IncludePast]),
                DECISION,
                EFFECTIVE,
            ],
            change_fund,
        )
    },
    Form {
        title: "Withdrawal",
        button: "Record withdrawal",
        done: "Withdrawal recorded",
        lead: "Reduces the award to the amount recognised by the end of that day or, without a \
               period, to the amount paid. Any amount paid in excess is a recovery due.",
        ..Form::of_grant(
            "withdraw",
            &[
                DECISION,
                Field::new("date", "Effective date", Kind::Date)
                    .hint("Blank for the date of the registered decision")
                    .of(ON)
                    .codes(&["withdrawal-not-dated"]),
            ],
            withdraw,
        )
    },
    Form {
        title: "Refund",
        button: "Record refund",
        done: "Refund recorded",
        lead: "Unspent grant that the recipient has paid back.",
        further: Further::Another,
        ..Form::of_grant(
            "refund",
            &[
                AMOUNT,
                Field::new("date", "Date of refund", Kind::Date)
                    .hint("Date of the bank transaction: 15 Jun 2015")
                    .today()
                    .of(ON),
                REFERENCE,
                PAID_INTO,
                PART,
                Field::new("stays_available", "The amount can be paid to the recipient again", Kind::Tick),
            ],
            refund,
        )
    },
    Form {
        title: "Returned payment",
        button: "Record returned payment",
        done: "Returned payment recorded",
        lead: "A payment that did not arrive. The award does not change, and the amount can be paid again.",
        further: Further::Another,
        ..Form::of_grant(
            "returned",
            &[
                AMOUNT,
                Field::new("date", "Date of return", Kind::Date)
                    .hint("Date of the bank transaction: 15 Jun 2015")
                    .today()
                    .of(ON),
                REFERENCE,
                PAID_INTO,
                Field::new("payment", "Record of the payment", Kind::Record)
                    .hint("Blank for the latest payment of this amount"),
            ],
            returned,
        )
    },
    Form {
        title: "Instalment",
        button: "Schedule instalment",
        done: "Instalment scheduled",
        lead: "No payment is made. Instalments are for cash forecasts and reminders.",
        further: Further::Another,
        ..Form::of_grant(
            "instalment",
            &[
                AMOUNT,
                Field::new("due", "Due date", Kind::Date).hint("1 Jul 2015").required().of(&[Of::Date]),
                Field::new(
                    "every",
                    "Further instalments of the same amount",
                    Kind::Choice(Choices::Of(EVERY)),
                )
                .hint("Blank for one instalment")
                .codes(&["no-frequency"]),
                Field::new("times", "Number of instalments", Kind::Count)
                    .hint("Including the first: 4")
                    .codes(&["number-of-instalments"]),
            ],
            instalment,
        )
    },
    Form {
        title: "Details stated later",
        button: "Record details",
        done: "Details recorded",
        lead: "Details that the award's decision stated but that were not recorded. To change a \
               detail already stated, reverse the record that stated it.",
        further: Further::Never,
        checks: |typed, _| match typed.has_read_ends() {
            true => intents::period(typed.stated("from"), typed.stated("to")).err().into_iter().collect(),
            false => Vec::new(),
        },
        ..Form::of_grant(
            "state",
            &[
                Field::new("power", "Power", Kind::Choice(Choices::Of(POWERS)))
                    .of(&[Of::Power])
                    .codes(&["nothing-stated"]),
                Field::new("fund", "Fund", Kind::Split(Choices::Funds))
                    .hint("One fund; or several, each with a percentage or an amount")
                    .of(&[Of::Fund]),
                Field::new("theme", "Theme", Kind::Split(Choices::Themes))
                    .hint("Theme for the amount that has none")
                    .of(&[Of::Theme]),
                Field::new("from", "First day of the period", Kind::Stated)
                    .hint("A day or a month: 1 May 2015, May 2015")
                    .of(&[Of::From, Of::Period]),
                Field::new("to", "Last day of the period", Kind::Stated)
                    .hint("A day or a month: 30 Apr 2016, Apr 2016")
                    .of(&[Of::To])
                    .codes(&["end-before-start", "no-end"]),
                Field::new("decision", "Decision number", Kind::Decision).of(&[Of::Decision]),
                Field::new("conditions", "Conditions", Kind::Long)
                    .hint("“None” if the award has no conditions")
                    .of(&[Of::Conditions]),
                Field::new("reasons", "Reasons", Kind::Long)
                    .hint("Why the grant secures crime and disorder reduction, or value for money")
                    .of(&[Of::Reasons]),
            ],
            state,
        )
    },
    Form {
        title: "Correction",
        button: "Record correction",
        done: "Correction recorded",
        lead: "For details mistyped when the award was recorded. A change by a later decision is a variation or a \
               change of purpose. If only the name of a recipient is misspelt, record a change of name on its page.",
        further: Further::Never,
        ..Form::of_grant(
            "correct",
            &[
                Field::new("recipient", "Recipient", Kind::RecipientName)
                    .hint("Blank if correct")
                    .of(&[Of::Recipient, Of::Identifiers]),
                Field::new("amount", "Amount of the award", Kind::Money)
                    .hint("Blank if correct")
                    .of(&[Of::Amount]),
                Field::new("purpose", "Purpose", Kind::Long).hint("Blank if correct").of(&[Of::Purpose]),
                Field::new("theme", "Theme", Kind::Split(Choices::ThemeOrNone))
                    .hint("Blank if correct; one theme, or several, each with a percentage or an amount")
                    .of(&[Of::Theme]),
                Field::new("fund", "Fund", Kind::Split(Choices::Funds))
                    .hint("Blank if correct; one fund, or several, each with a percentage or an amount")
                    .of(&[Of::Fund])
                    .codes(&["division-not-corrected"]),
                ALLOCATION
                    .hint("Blank if correct; instead of a theme and a fund, with the corrected amounts"),
                Field::new("reason", "Reason for the correction", Kind::Long).required().of(&[Of::Reason]),
            ],
            correct,
        )
    },
    Form {
        command: "monitoring milestone",
        label: "milestone",
        title: "Report or milestone due",
        button: "Record report or milestone",
        done: "Report or milestone recorded",
        further: Further::Never,
        ..Form::of_grant(
            "due",
            &[
                Field::new(
                    "what",
                    "Kind",
                    Kind::Choice(Choices::Of(&[("report", "Monitoring report"), ("milestone", "Milestone")])),
                )
                .required()
                .of(&[Of::What]),
                Field::new("name", "Name", Kind::Text)
                    .hint("“Final report”, “Mediator in post”")
                    .required()
                    .of(&[Of::Name]),
                Field::new("due", "Due date", Kind::Date).hint("15 Jul 2015").required().of(&[Of::Date]),
                Field::new("holds_payment", "Hold payments from that day until it is received", Kind::Tick)
                    .of(&[Of::BeforePayment]),
            ],
            due,
        )
    },
    Form {
        command: "monitoring schedule",
        label: "monitor",
        title: "Monitoring reports due",
        button: "Schedule reports",
        done: "Monitoring reports scheduled",
        lead: "One report, or one each month, quarter or year on the same day of the month.",
        further: Further::Never,
        checks: |typed, _| match typed.has("every") == typed.has("to") {
            true => Vec::new(),
            false => vec![half_series()],
        },
        ..Form::of_grant(
            "schedule",
            &[
                Field::new("name", "Name", Kind::Text)
                    .hint("“Final report”; blank for “Monitoring report”")
                    .of(&[Of::Name]),
                Field::new("from", "First due date", Kind::Date)
                    .hint("15 Jul 2015")
                    .required()
                    .of(&[Of::Date]),
                Field::new("every", "Frequency", Kind::Choice(Choices::Of(EVERY))).codes(&["half-series"]),
                Field::new("to", "Latest due date", Kind::Date)
                    .hint("Blank for one report")
                    .codes(&["not-a-schedule"]),
                Field::new(
                    "holds_payment",
                    "Hold payments from each due date until the report is received",
                    Kind::Tick,
                )
                .of(&[Of::BeforePayment]),
            ],
            scheduled,
        )
    },
    Form {
        command: "monitoring received",
        title: "Report received or milestone reached",
        button: "Record as received",
        done: "Recorded as received",
        further: Further::Never,
        ..Form::of_grant(
            "received",
            &[
                DUE,
                NAME,
                Field::new("received", "Date of receipt", Kind::Date)
                    .hint("For a milestone, the day on which it was reached")
                    .today()
                    .of(&[Of::Received, Of::Date]),
                Field::new("result", "Result in brief", Kind::Long).required().of(&[Of::Result]),
                Field::new("paper", "Public paper", Kind::Paper)
                    .hint("The paper that reports the result, if there is one: AP15/2")
                    .of(&[Of::Paper]),
            ],
            received,
        )
    },
    Form {
        command: "monitoring waive",
        title: "Waiver",
        button: "Record waiver",
        done: "Waiver recorded",
        lead: "Payments no longer depend on the report or milestone, which remains due.",
        further: Further::Never,
        ..Form::of_grant(
            "waive",
            &[
                DUE,
                NAME,
                Field::new("date", "Date of the waiver", Kind::Date)
                    .hint("15 Jul 2015")
                    .today()
                    .of(&[Of::Date]),
                Field::new("reason", "Reason", Kind::Long).required().of(&[Of::Reason]),
            ],
            waive,
        )
    },
];

const PART: Field = Field::new("part", "Part of the award", Kind::Choice(Choices::PartOrAll)).of(&[Of::Part]);
const DUE: Field = Field::new("due", "Due date", Kind::Date)
    .hint("15 Jul 2015")
    .required()
    .codes(&["unknown-due", "not-awaited"]);
const NAME: Field = Field::new("name", "Name", Kind::Text)
    .hint("Needed where several are due on that day")
    .of(&[Of::Name])
    .codes(&["ambiguous-due"]);

fn pay(typed: &Typed<'_>) -> Option<Act> {
    let grant = typed.grant()?;
    let payment = Payment {
        date: typed.date("date").unwrap_or(typed.today),
        amount: typed.get("amount")?,
        reference: typed.text("reference"),
        account: typed.text("account"),
        before_decision: typed.text("reason"),
        part: typed.part("part"),
        again: typed.has("again"),
    };
    commands(move |books| Ok(vec![intents::pay(books, grant.clone(), payment.clone())?]))
}

fn refund(typed: &Typed<'_>) -> Option<Act> {
    let grant = typed.grant()?;
    let refund = Refund {
        date: typed.date("date").unwrap_or(typed.today),
        amount: typed.get("amount")?,
        reference: typed.text("reference"),
        account: typed.text("account"),
        stays_available: typed.has("stays_available"),
        part: typed.part("part"),
        again: typed.has("again"),
    };
    commands(move |books| Ok(vec![intents::refund(books, grant.clone(), refund.clone())?]))
}

fn returned(typed: &Typed<'_>) -> Option<Act> {
    let (grant, again) = (typed.grant()?, typed.has("again"));
    let returned = ReturnedPayment {
        date: typed.date("date").unwrap_or(typed.today),
        amount: typed.get("amount")?,
        reference: typed.text("reference"),
        account: typed.text("account"),
        payment: typed.get("payment"),
        recent: false,
    };
    commands(move |books| Ok(vec![intents::returned(books, grant.clone(), returned.clone(), again)?]))
}

fn instalment(typed: &Typed<'_>) -> Option<Act> {
    let instalments = Instalments {
        award: typed.grant()?,
        first: Instalment { due: typed.date("due")?, amount: typed.get("amount")? },
        every: typed.fields.get("every").and_then(Every::parse),
        times: typed.get("times"),
        again: typed.has("again"),
    };
    commands(move |books| intents::schedule(books, &instalments))
}

/// Returns what records a change of the award.
fn change(typed: &Typed<'_>, change: Change) -> Option<Act> {
    let today = typed.today;
    let change = ChangeAward {
        award: typed.grant()?,
        decision: typed.get("decision"),
        date: typed.date("date"),
        change,
    };
    commands(move |books| Ok(vec![change.command(books, today)?]))
}

fn vary(typed: &Typed<'_>) -> Option<Act> {
    let amount = typed.get("amount").map(ChangeOfAmount::To);
    change(
        typed,
        Change::Vary { amount, from: typed.stated("from"), to: typed.stated("to"), part: typed.part("part") },
    )
}

fn extend(typed: &Typed<'_>) -> Option<Act> {
    change(typed, Change::Extend { to: typed.stated("to")? })
}

fn change_fund(typed: &Typed<'_>) -> Option<Act> {
    if let Some(error) = mixed(typed) {
        return commands(move |_| Err(error.clone()));
    }
    let fund = typed.parts(ALLOCATION.name).or_else(|| typed.funds("fund"))?;
    change(typed, Change::Fund { fund, include_past: typed.has("include_past") })
}

fn repurpose(typed: &Typed<'_>) -> Option<Act> {
    let purpose = Purpose { text: typed.text("purpose")?, split: typed.split("theme")? };
    change(typed, Change::Repurpose { purpose, include_past: typed.has("include_past") })
}

fn withdraw(typed: &Typed<'_>) -> Option<Act> {
    change(typed, Change::Withdraw)
}

fn state(typed: &Typed<'_>) -> Option<Act> {
    let (from, to) = (typed.stated("from"), typed.stated("to"));
    let stated = TermsAddendum {
        power: typed.fields.get("power").and_then(Power::parse).unwrap_or_default(),
        conditions: typed.text("conditions"),
        reasons: typed.text("reasons"),
        fund: typed.funds("fund"),
        theme: typed.split("theme"),
        period: None,
        decision: typed.get("decision"),
    };
    let award = typed.grant()?;
    commands(move |_| {
        let statement = TermsAddendum { period: intents::period(from, to)?, ..stated.clone() };
        Ok(vec![Command::State { award: award.clone(), statement }])
    })
}

fn correct(typed: &Typed<'_>) -> Option<Act> {
    if let Some(error) = mixed(typed) {
        return commands(move |_| Err(error.clone()));
    }
    command(Command::Correct {
        award: typed.grant()?,
        recipient: typed.fields.owned("recipient"),
        amount: typed.get("amount"),
        purpose: typed.text("purpose"),
        fund: typed.parts(ALLOCATION.name).or_else(|| typed.funds("fund")),
        theme: typed.split("theme"),
        date: typed.today,
        reason: typed.text("reason")?,
    })
}

fn half_series() -> Error {
    Error::refused("half-series", "the series is not complete")
        .advice("give both its frequency and its latest due date, or neither")
}

fn scheduled(typed: &Typed<'_>) -> Option<Act> {
    let every = typed.fields.get("every").and_then(Every::parse);
    let to = typed.date("to");
    if every.is_some() != to.is_some() {
        return commands(|_| Err(half_series()));
    }
    let name = typed.text("name").or_else(|| Text::new(MonitoringSchedule::NAME).ok())?;
    let (award, from) = (typed.grant()?, typed.date("from")?);
    let schedule =
        MonitoringSchedule { award, from, every, to, name, before_payment: typed.has("holds_payment") };
    commands(move |_| schedule.commands())
}

fn due(typed: &Typed<'_>) -> Option<Act> {
    let what = match typed.fields.text("what") {
        "milestone" => DueKind::Milestone,
        _ => DueKind::MonitoringReport,
    };
    let (name, due, before_payment) = (typed.text("name")?, typed.date("due")?, typed.has("holds_payment"));
    command(Command::Expect { award: typed.grant()?, due: Due { what, name, due, before_payment } })
}

fn received(typed: &Typed<'_>) -> Option<Act> {
    command(Command::Submit {
        award: typed.grant()?,
        due: typed.date("due")?,
        name: typed.text("name"),
        received: typed.date("received").unwrap_or(typed.today),
        paper: typed.get("paper"),
        result: typed.text("result")?,
    })
}

fn waive(typed: &Typed<'_>) -> Option<Act> {
    command(Command::Waive {
        award: typed.grant()?,
        due: typed.date("due")?,
        name: typed.text("name"),
        date: typed.date("date").unwrap_or(typed.today),
        reason: typed.text("reason")?,
    })
}
