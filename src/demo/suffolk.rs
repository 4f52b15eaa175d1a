//! The worked example: decisions of the Suffolk Commissioner, January to March 2015.
//!
//! The facts (numbers, dates, recipients, amounts, periods) are those of the published decisions;
//! titles and purposes are in our own words, the themes are ours, and the payments are invented.
//! What a decision does not state is `None`, never guessed.

/// Name of the body.
pub const BODY: &str = "Suffolk Police and Crime Commissioner";

pub struct Theme {
    pub id: &'static str,
    pub name: &'static str,
    pub objective: &'static str,
}

const PROTECT: &str = "Protecting victims and vulnerable people";
const PREVENT: &str = "Preventing crime and anti-social behaviour";
const REDUCE: &str = "Reducing reoffending";

const fn theme(id: &'static str, name: &'static str, objective: &'static str) -> Theme {
    Theme { id, name, objective }
}

/// Illustrative themes.
pub const THEMES: &[Theme] = &[
    theme("domestic-abuse", "Domestic abuse", PROTECT),
    theme("child-sexual-abuse", "Child sexual abuse", PROTECT),
    theme("vulnerable-victims", "Vulnerable victims", PROTECT),
    theme("anti-social-behaviour", "Anti-social behaviour", PREVENT),
    theme("public-space-safety", "Safety of public spaces", PREVENT),
    theme("youth-diversion", "Youth diversion", PREVENT),
    theme("reoffending", "Reducing reoffending", REDUCE),
    theme("substance-misuse", "Substance misuse", REDUCE),
];

/// An award made by a decision.
pub struct Award {
    pub decision: &'static str,
    pub decided: &'static str,
    pub recipient: &'static str,
    pub amount: &'static str,
    pub purpose: &'static str,
    pub theme: &'static str,
    pub fund: Option<&'static str>,
    pub period: Option<(&'static str, &'static str)>,
}

const CSA: &str = "child-sexual-abuse";
const DA: &str = "domestic-abuse";
const FORUM: &str = "Waveney Domestic Violence and Abuse Forum";
const LIGHTHOUSE: &str = "Lighthouse Women's Aid";

const fn award(
    decision: &'static str,
    decided: &'static str,
    recipient: &'static str,
    amount: &'static str,
    purpose: &'static str,
    theme: &'static str,
) -> Award {
    Award { decision, decided, recipient, amount, purpose, theme, fund: None, period: None }
}

impl Award {
    const fn paid_from(self, fund: &'static str) -> Award {
        Award { fund: Some(fund), ..self }
    }

    const fn over(self, from: &'static str, to: &'static str) -> Award {
        Award { period: Some((from, to)), ..self }
    }
}

/// The awards, in the order of their decisions.
#[rustfmt::skip]
pub const AWARDS: &[Award] = &[
    award("6-2015", "2015-01-22", LIGHTHOUSE, "18467", "Post of a worker who supports women in crisis", DA)
        .over("2014-11-01", "2015-10-31"),
    award("10-2015", "2015-02-16", "Survivors in Transition", "15000",
        "Help for adults who were sexually abused as children", CSA).paid_from("victims"),
    award("11-2015", "2015-02-16", "Fresh Start – New Beginnings", "30000",
        "Work with children and young people who have been sexually abused", CSA).paid_from("victims"),
    award("12-2015", "2015-02-16", "Butterfly CIC", "15000",
        "Therapy for adult survivors of childhood sexual abuse", CSA).paid_from("victims"),
    award("13-2015", "2015-02-16", FORUM, "30000", "Support for victims of domestic violence and abuse", DA),
    award("14-2015", "2015-02-20", "Compassion", "30000", "Help for people harmed by domestic abuse", DA)
        .paid_from("victims"),
    award("15-2015", "2015-02-23", "Friday Night Football", "441",
        "Football evenings for young people in Ipswich North West", "youth-diversion")
        .paid_from("cdr").over("2014-09", "2015-08"),
    award("19-2015", "2015-02-26", LIGHTHOUSE, "2375", "Equipment, materials and training for counselling children", DA),
    award("20-2015", "2015-02-27", "Anglia Care Trust", "57706",
        "Money advice, workshops for young victims, and advice for men", DA),
    award("21-2015", "2015-02-27", "Raedan Trust (Phoenix Counselling Practice)", "25000",
        "Counselling for vulnerable victims of crime", "vulnerable-victims"),
    award("22-2015", "2015-03-04", FORUM, "20000", "Extension to Suffolk Coastal, under a new name", DA)
        .over("2015-04-01", "2016-03-31"),
    award("24-2015", "2015-03-20", "New Orford Town Trust", "2660", "Better cameras at Orford Quay", "public-space-safety")
        .paid_from("cdr"),
    award("26-2015", "2015-03-26", "Catch 22", "7000", "Mediation in neighbourhoods", "anti-social-behaviour")
        .paid_from("cdr").over("2015-04-01", "2016-03-31"),
];

/// The grant of 2014 whose purpose decision 16 changes. Its decision is not stated and its date is
/// assumed.
pub const EARLIER_GRANT: &str = "east-coast-recovery-2014";
/// The award of that grant, without decision.
pub const EARLIER_AWARD: Award = award(
    "",
    "2014-04-01",
    "East Coast Recovery",
    "25000",
    "A rehabilitation programme in the community for eight clients",
    "reoffending",
)
.paid_from("cdr");

pub struct Repurpose {
    pub decision: &'static str,
    pub date: &'static str,
    pub purpose: &'static str,
    pub theme: &'static str,
}

/// The change of purpose of that grant.
pub const REPURPOSE: Repurpose = Repurpose {
    decision: "16-2015",
    date: "2015-02-23",
    purpose: "Different treatment for long-term dependency on drugs",
    theme: "substance-misuse",
};

/// A change of name: old name, new name, first day.
pub const RENAME: (&str, &str, &str) =
    (FORUM, "Suffolk Coastal and Waveney Domestic Violence and Abuse Forum", "2015-03-04");

/// Decisions that make no grant: number, title, summary.
pub const OTHER_DECISIONS: &[(&str, &str, Option<&str>)] = &[
    ("7-2015", "Governance scheme", None),
    ("8-2015", "Precept", None),
    ("9-2015", "Police ICT Company", Some("About £25,000, an estimate; not a grant")),
    ("17-2015", "Temporary Chief Constable", None),
    ("18-2015", "National Police Chiefs' Council", Some("£10,400, an estimate; not a grant")),
    ("23-2015", "Referral service for victims", None),
    ("25-2015", "Offender management function", None),
];

/// Decisions published by number and title only.
pub const CONFIDENTIAL: &[&str] = &["C2-2015", "C3-2015", "C4-2015", "C5-2015", "C6-2015", "C7-2015"];
pub const CONFIDENTIAL_TITLE: &str = "Confidential decision";

/// Invented payments: award, date, amount, reference. They belong to grants with a stated period, whose
/// expenditure does not depend on the date of payment and so follows from the published facts alone.
pub const INVENTED_PAYMENTS: &[(&str, &str, &str, &str)] = &[
    ("6-2015", "2015-02-06", "9233.50", "INVENTED-1"),
    ("15-2015", "2015-03-06", "220.50", "INVENTED-2"),
    ("22-2015", "2015-04-17", "5000", "INVENTED-3"),
    ("26-2015", "2015-04-17", "7000", "INVENTED-4"),
    ("6-2015", "2015-05-08", "9233.50", "INVENTED-5"),
    ("22-2015", "2015-07-03", "5000", "INVENTED-6"),
];
