//! Lists of decisions in the styles of other offices: nothing wrong is drafted, and most of what is there is found.
//!
//! Bodies, people and decisions are invented.

mod more;

use std::collections::BTreeSet;

use super::super::{Bulletin, bulletin};

/// A text with the awards that it states: decision, recipient and amount.
struct Office {
    style: &'static str,
    text: &'static str,
    awards: &'static [(&'static str, &'static str, &'static str)],
    /// Decisions that make no award.
    others: &'static [&'static str],
}

const OFFICES: [Office; 15] = [
    Office {
        style: "paragraphs and bullets",
        text: "DECISIONS OF THE COMMISSIONER, MAY 2031\n\n\
            1.1 12-2031 – 4 May 2031 – Evening sport\n\
            The Commissioner agreed to award a grant of £5,000 to Dunes Youth Club for evening sport.\n\n\
            1.2 13-2031 – 6 May 2031 – Vehicle leasing\n\
            The Commissioner approved a contract worth £60,000 with Quick Vans Ltd.\n\n\
            1.3 14-2031 – 9 May 2031 – Street wardens\n\
            The Commissioner approved funding of £7,250 to Lantern CIC for street wardens.\n",
        awards: &[("12-2031", "Dunes Youth Club", "5000.00"), ("14-2031", "Lantern CIC", "7250.00")],
        others: &["13-2031"],
    },
    Office {
        style: "paragraphs and bullets",
        text: "Decisions made since the last meeting\n\n\
            • 21-2031  2 June 2031  Helpline\n\
            The Commissioner awarded £18,467 to Harbour Women's Aid for its helpline.\n\
            • 22-2031  3 June 2031  Scheme of governance\n\
            The Commissioner approved the scheme of governance.\n\
            • 23-2031  5 June 2031  Counselling\n\
            The Commissioner awarded £2,375 to Wren Trust for counselling, see paper AP15/12).\n",
        awards: &[("21-2031", "Harbour Women's Aid", "18467.00"), ("23-2031", "Wren Trust", "2375.00")],
        others: &["22-2031"],
    },
    Office {
        style: "decision log pages",
        text: "Decision Log 012/2031\n\n\
            Decision number: 012/2031\n\
            Title: Community grants\n\
            Date of decision: 4 May 2031\n\
            Recommendations:\n\
            1. That a grant of £5,000 is awarded to Dunes Youth Club for evening sport.\n\
            2. That a grant of £3,000 is awarded to Lantern CIC for street wardens.\n\n\
            Decision Log 013/2031\n\n\
            Decision number: 013/2031\n\
            Title: Fleet\n\
            Date of decision: 5 May 2031\n\
            Recommendations:\n\
            1. That the Commissioner approves the replacement of two vans.\n",
        awards: &[("12-2031", "Dunes Youth Club", "5000.00"), ("12-2031", "Lantern CIC", "3000.00")],
        others: &["13-2031"],
    },
    Office {
        style: "decision log pages",
        text: "Decision Log 101/2031\n\
            Decision number: 101/2031\n\
            Subject: Victims' services\n\
            Date: 1 July 2031\n\
            Summary: The Commissioner agreed to award a grant of £30,000 to Fenland Care Trust for advice.\n\n\
            Decision Log 102/2031\n\
            Decision number: 102/2031\n\
            Subject: Youth grants\n\
            Date: 2 July 2031\n\
            Summary: The Commissioner agreed that £4,000 is moved from Dunes Youth Club to Lantern CIC.\n",
        awards: &[("101-2031", "Fenland Care Trust", "30000.00")],
        others: &["102-2031"],
    },
    Office {
        style: "number and date in a line",
        text: "PCD 2031/014 – 4 May 2031\n\
            Grant to Lantern CIC\n\
            The Commissioner agreed a grant of £7,000 to Lantern CIC for community mediation.\n\n\
            PCD 2031/015 – 6 May 2031\n\
            Insurance\n\
            The Commissioner approved renewal of insurance at a premium of £389,000.\n\n\
            PCD 2031/016 – 7 May 2031\n\
            Grant to Wren Trust\n\
            The Commissioner agreed to award up to £20,000 to Wren Trust.\n",
        // A limit is no amount.
        awards: &[("PCD-2031-014", "Lantern CIC", "7000.00"), ("PCD-2031-016", "Wren Trust", "")],
        others: &["PCD-2031-015"],
    },
    Office {
        style: "number and date in a line",
        text: "NPCC2-0044   –   12 March 2031\n\
            Night shelter\n\
            A grant of £12,500 to Harbour Women's Aid was approved for a night shelter.\n\n\
            NPCC2-0045   –   14 March 2031\n\
            Sport\n\
            A grant of £441 to Monday Night Boxing was approved.\n\n\
            NPCC2-0046   –   15 March 2031\n\
            Estates\n\
            The sale of the old station was approved.\n",
        awards: &[
            ("NPCC2-0044", "Harbour Women's Aid", "12500.00"),
            ("NPCC2-0045", "Monday Night Boxing", "441.00"),
        ],
        others: &["NPCC2-0046"],
    },
    Office {
        style: "table of organisations",
        text: "31-2031\t4 May 2031\tCommunity fund\tThe Commissioner approved the following grants:\n\
            Organisation\tProject\tAmount\n\
            Dunes Youth Club\tEvening sport\t£5,000\n\
            Lantern CIC\tStreet wardens\t£3,000\n\
            Total\t\t£8,000\n\
            32-2031\t5 May 2031\tPrecept\tThe Commissioner set the precept.\n",
        awards: &[("31-2031", "Dunes Youth Club", "5000.00"), ("31-2031", "Lantern CIC", "3000.00")],
        others: &["32-2031"],
    },
    Office {
        style: "table of organisations",
        text: "Decision 41-2031\n\
            9 June 2031\n\
            Small grants\n\
            The Commissioner awarded grants as follows.\n\
            Name of organisation\tPurpose\tGrant awarded\n\
            Wren Trust\tCounselling\t£2,375.50\n\
            Harbour Women's Aid\tA helpline\t£18,000\n\n\
            Decision 42-2031\n\
            10 June 2031\n\
            Audit plan\n\
            The Commissioner agreed the audit plan.\n",
        awards: &[("41-2031", "Wren Trust", "2375.50"), ("41-2031", "Harbour Women's Aid", "18000.00")],
        others: &["42-2031"],
    },
    Office {
        style: "list of names and amounts",
        text: "51-2031\n4 May 2031\nCommunity grants\n\
            The Commissioner approved grants to the following organisations:\n\
            Dunes Youth Club £1,234\n\
            Lantern CIC £2,000\n\
            Fenland Care Trust £950.50\n\n\
            52-2031\n5 May 2031\nTraining\n\
            The Commissioner approved a training plan.\n",
        awards: &[
            ("51-2031", "Dunes Youth Club", "1234.00"),
            ("51-2031", "Lantern CIC", "2000.00"),
            ("51-2031", "Fenland Care Trust", "950.50"),
        ],
        others: &["52-2031"],
    },
    Office {
        style: "list of names and amounts",
        text: "61-2031\n4 May 2031\nYouth fund\n\
            The Commissioner awarded the following grants:\n\
            • Monday Night Boxing – £441\n\
            • Step Up Project: £1,500\n\
            • Market Town Council (£2,275)\n",
        awards: &[
            ("61-2031", "Monday Night Boxing", "441.00"),
            ("61-2031", "Step Up Project", "1500.00"),
            ("61-2031", "Market Town Council", "2275.00"),
        ],
        others: &[],
    },
    Office {
        style: "wide spaces",
        text: "71-2031       4 May 2031       Mediation\n\
            The Commissioner agreed to award £7,000 to Lantern CIC for mediation.\n\n\
            72-2031       6 May 2031       Cameras\n\
            The Commissioner agreed to award £2,660 to Old Quay Town Trust for cameras.\n\n\
            73-2031       7 May 2031       Panel\n\
            The Commissioner noted the report (see 12/15) of the panel.\n",
        awards: &[("71-2031", "Lantern CIC", "7000.00"), ("72-2031", "Old Quay Town Trust", "2660.00")],
        others: &["73-2031"],
    },
    Office {
        style: "wide spaces",
        text: "Ref: 81-2031     Date:     4 May 2031\n\
            Subject:     Victims\n\
            The Commissioner agreed to award a grant of £15,000 to Voices Together to help survivors.\n\n\
            Ref: 82-2031     Date:     6 May 2031\n\
            Subject:     Extension\n\
            The Commissioner agreed to extend the grant to Voices Together to March 2032.\n",
        awards: &[("81-2031", "Voices Together", "15000.00")],
        others: &["82-2031"],
    },
    Office {
        style: "decision notices",
        text: "DECISION NOTICE\n\
            Decision number: PCD 2031/044\n\
            Title: Serious violence prevention\n\
            Date: 14 July 2031\n\n\
            Executive summary\n\
            Ridge Community Safety Partnership has applied for £150,000 towards outreach. Last year it received £95,000.\n\n\
            Decision\n\
            To approve a grant of £120,000 to Ridge Community Safety Partnership for outreach in 2031/32.\n\n\
            DECISION NOTICE\n\
            Decision number: PCD 2031/045\n\
            Title: Restorative justice\n\
            Date: 15 July 2031\n\n\
            Executive summary\n\
            The present contract with Fair Talk Ltd ends in September and cost £80,000 a year.\n\n\
            Decision\n\
            To extend the contract with Fair Talk Ltd by six months.\n",
        awards: &[("PCD-2031-044", "Ridge Community Safety Partnership", "120000.00")],
        others: &["PCD-2031-045"],
    },
    Office {
        style: "minutes",
        text: "Minutes of decisions taken by the Commissioner, March 2031\n\n\
            45/2031 Support for victims (3 March 2031)\n\
            RESOLVED that a grant of £9,950.00 be made to Brook Street Refuge towards its outreach worker, and that \
            £4,000 be granted to the Oak Tree Project for counselling.\n\n\
            46/2031 Police estate (5 March 2031)\n\
            RESOLVED that the station in Mill Lane be sold for not less than £450,000.\n",
        awards: &[("45-2031", "Brook Street Refuge", "9950.00"), ("45-2031", "Oak Tree Project", "4000.00")],
        others: &["46-2031"],
    },
    Office {
        style: "a sentence for each decision",
        text: "Recent decisions\n\n\
            18-2031 (7 March 2031): Cedar House has been awarded funding in the sum of £12,480 for its night shelter.\n\
            19-2031 (9 March 2031): The Commissioner awarded £10,000 to Elm Foundation; the project costs £30,000 in \
            all.\n\
            20-2031 (12 March 2031): The Commissioner turned down an application by Quick Vans Ltd for £8,000.\n",
        awards: &[("18-2031", "Cedar House", "12480.00"), ("19-2031", "Elm Foundation", "10000.00")],
        others: &["20-2031"],
    },
];

/// What is drafted of a text.
#[derive(Default)]
struct Found {
    recipients: BTreeSet<(String, String)>,
    amounts: BTreeSet<(String, String)>,
}

fn found(draft: &Bulletin) -> Found {
    let mut found = Found::default();
    for row in draft.rows() {
        let Some(award) = row.award else { continue };
        let id = row.decision.id.to_string();
        found.recipients.extend(award.recipient.value().map(|name| (id.clone(), name.clone())));
        found.amounts.extend(award.amount.value().map(|amount| (id.clone(), amount.to_string())));
    }
    found
}

#[test]
fn decisions_in_other_styles_are_drafted_without_a_wrong_amount_or_recipient() {
    let (mut wrong, mut missing) = (Vec::new(), Vec::new());
    let (mut amounts, mut recipients, mut all) = (0, 0, (0, 0));
    for office in OFFICES.iter().chain(&more::MORE) {
        let draft = bulletin(office.text).unwrap();
        let found = found(&draft);
        let ids: BTreeSet<String> = draft.decisions.iter().map(|decision| decision.id.to_string()).collect();
        let known: BTreeSet<String> = office
            .awards
            .iter()
            .map(|it| it.0)
            .chain(office.others.iter().copied())
            .map(str::to_owned)
            .collect();
        let of = |at: fn(&(&str, &str, &str)) -> String| -> BTreeSet<(String, String)> {
            office.awards.iter().map(|it| (it.0.to_owned(), at(it))).collect()
        };
        let (names, mut sums) = (of(|it| it.1.to_owned()), of(|it| it.2.to_owned()));
        sums.retain(|(_, amount)| !amount.is_empty());
        wrong.extend(found.recipients.difference(&names).map(|it| format!("{}: {it:?}", office.style)));
        wrong.extend(found.amounts.difference(&sums).map(|it| format!("{}: {it:?}", office.style)));
        // Every paper reference that is taken for a decision is wrong too.
        let others = |id: &&String| !known.contains(*id);
        wrong.extend(ids.iter().filter(others).map(|id| format!("{}: decision {id}", office.style)));
        missing.extend(names.difference(&found.recipients).map(|it| format!("{}: {it:?}", office.style)));
        missing.extend(sums.difference(&found.amounts).map(|it| format!("{}: {it:?}", office.style)));
        missing.extend(known.difference(&ids).map(|id| format!("{}: decision {id}", office.style)));
        (all.0, all.1) = (all.0 + sums.len(), all.1 + names.len());
        amounts += found.amounts.intersection(&sums).count();
        recipients += found.recipients.intersection(&names).count();
        for decision in &draft.decisions {
            if office.others.contains(&decision.id.as_str()) && !decision.awards.is_empty() {
                wrong.push(format!("{}: an award of {}", office.style, decision.id));
            }
        }
    }
    let (amounts, recipients) = (amounts * 100 / all.0, recipients * 100 / all.1);
    println!(
        "Of {} amounts {amounts} % found, of {} recipients {recipients} %; wrong: {}.",
        all.0,
        all.1,
        wrong.len()
    );
    assert_eq!(wrong, Vec::<String>::new());
    assert!(amounts >= 80 && recipients >= 70, "not found: {missing:#?}");
}

#[test]
fn a_sentence_beside_its_number_has_the_date_before_it() {
    let draft = bulletin(OFFICES[14].text).unwrap();
    let first = &draft.decisions[0];
    assert_eq!(first.decided.value().map(ToString::to_string).as_deref(), Some("2031-03-07"));
    let title = first.title.as_ref().map_or("", |title| title.as_str());
    assert!(title.starts_with("Cedar House"), "{title}");
    let minutes = bulletin(OFFICES[13].text).unwrap();
    let purpose = minutes.decisions[0].awards[0].purpose.value().cloned();
    assert_eq!(purpose.as_deref(), Some("Its outreach worker"));
}

#[test]
fn moved_money_is_a_variation() {
    let draft = bulletin(OFFICES[3].text).unwrap();
    let kinds: Vec<Option<&str>> =
        draft.decisions.iter().map(|decision| decision.kind.map(|kind| kind.word())).collect();
    assert_eq!(kinds, [Some("award"), Some("variation")]);
}
