//! Titles and summaries with what may be taken from them. All are invented.

mod offices;

use super::award::read;
use super::*;

/// What was read of a decision: kind, then for each award recipient, amount, fund, power, period; `?`
/// is for a person, `-` is not stated.
fn drafted(title: &str, summary: &str) -> String {
    let reading = read(title, summary);
    let mut text = reading.kind.map_or("?", DecisionKind::word).to_owned();
    for award in &reading.awards {
        let fields = [
            shown(&award.recipient),
            shown(&award.amount),
            shown(&award.fund),
            shown(&award.power),
            shown(&award.period),
        ];
        let mut line = fields.join(" | ");
        while let Some(shorter) = line.strip_suffix(" | -") {
            line = shorter.to_owned();
        }
        text.push_str(&format!("; {line}"));
    }
    text
}

fn shown<T: std::fmt::Display>(field: &Stated<T>) -> String {
    match field {
        Stated::Stated { value, .. } => value.to_string(),
        Stated::Doubtful(_) => "?".to_owned(),
        Stated::Not => "-".to_owned(),
    }
}

fn check(cases: &[(&str, &str, &str)]) {
    let mut wrong = Vec::new();
    for (title, summary, expected) in cases {
        let found = drafted(title, summary);
        if found != *expected {
            let reading = read(title, summary);
            let evidence: Vec<String> = reading.awards.iter().flat_map(DraftAward::evidence).collect();
            wrong.push(format!(
                "{title} / {summary}\n   found {found}\nexpected {expected}\n{evidence:?} {:?}",
                reading.checks
            ));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n\n"));
}

/// An amount that goes on in the next line is marked, also where only the title has it.
#[test]
fn a_title_that_ends_within_an_amount_is_marked() {
    for (title, summary, expected) in [
        ("To award a grant of £9,", "500 to Compassion for support.", true),
        ("To award a grant of £334,", "818 to the Forum.", true),
        ("To award a grant, in April,", "to the Forum.", false),
        ("The scheme of £9,500,", "000 as published.", true),
        ("The scheme of £9,500", "as published.", false),
    ] {
        let reading = read(title, summary);
        let is_marked = reading.checks.iter().any(|check| check.contains("ends within the amount"));
        assert_eq!((is_marked, reading.awards.len()), (expected, 0), "{title}: {:?}", reading.checks);
    }
}

#[test]
fn unambiguous_awards_are_drafted() {
    check(&[
        (
            "Crisis work",
            "The PCC has agreed to award Harbour Women's Aid £18,467 from the Crime and Disorder Reduction Fund for the continuation of its crisis worker for the period 1 November 2014 to 31 October 2015.",
            "award; Harbour Women's Aid | 18467.00 | cdr | - | 2014-11-01 to 2015-10-31",
        ),
        (
            "Survivors",
            "The Commissioner approved a grant of £15,000 to Voices Together to help adult survivors.",
            "award; Voices Together | 15000.00",
        ),
        (
            "Grant",
            "The PCC agreed that Voices Together be awarded a grant of £15,000 from the victims' services grant.",
            "award; Voices Together | 15000.00 | victims",
        ),
        (
            "Grant",
            "Voices Together will receive £15,000 in grant funding to help survivors.",
            "award; Voices Together | 15000.00",
        ),
        (
            "CCTV",
            "Approval of a Crime and Disorder Reduction Grant of £2,660 to the Old Quay Town Trust towards better cameras.",
            "award; Old Quay Town Trust | 2660.00 | cdr",
        ),
        (
            "Mediation",
            "The PCC agreed to allocate £7,000 from the Crime and Disorder Reduction Grant to Step 12 for community mediation from 1 April 2015 to 31 March 2016.",
            "award; Step 12 | 7000.00 | cdr | - | 2015-04-01 to 2016-03-31",
        ),
        (
            "Services for victims",
            "The PCC agreed to provide £57,706 to Fenland Care Trust for three services: advice on money, workshops and advice for men.",
            "award; Fenland Care Trust | 57706.00",
        ),
        (
            "Youth",
            "A grant of £441 was awarded to Monday Night Boxing for youth work in the north west of the town (September 2014 to August 2015) from the Crime & Disorder Reduction Fund.",
            "award; Monday Night Boxing | 441.00 | cdr | - | 2014-09 to 2015-08",
        ),
        (
            "Counselling",
            "The PCC approved funding of £25,000 for Wren Trust (Robin Counselling Practice) to offer counselling.",
            "award; Wren Trust (Robin Counselling Practice) | 25000.00",
        ),
        (
            "Application",
            "The PCC approved the application from Butterfield CIC for £15,000 for therapy.",
            "award; Butterfield CIC | 15000.00",
        ),
        (
            "Application",
            "The PCC considered an application from Butterfield CIC and agreed to award £15,000 for therapy.",
            "award; Butterfield CIC | 15000.00",
        ),
        (
            "Grant to Butterfield CIC",
            "The PCC agreed to award a grant of £15,000 for therapy.",
            "award; Butterfield CIC | 15000.00",
        ),
        (
            "Harbour Women's Aid – crisis work",
            "The PCC agreed a grant of £18,467 to continue the post.",
            "award; Harbour Women's Aid | 18467.00",
        ),
        (
            "Voices in Harmony – victims",
            "The PCC agreed a grant of £15,000 to Voices in Harmony for counselling.",
            "award; Voices in Harmony | 15000.00",
        ),
        (
            "Grant",
            "A grant to Fenland Care Trust of £5,000 was approved.",
            "award; Fenland Care Trust | 5000.00",
        ),
        ("Award of £5,000 to Fenland Care Trust", "", "award; Fenland Care Trust | 5000.00"),
        (
            "Grants",
            "To award £5,000 to Fenland Care Trust and £3,000 to Harbour Women's Aid.",
            "award; Fenland Care Trust | 5000.00; Harbour Women's Aid | 3000.00",
        ),
        (
            "Grants",
            "The PCC awarded a total of £8,000: £5,000 to Fenland Care Trust for advice and £3,000 to Harbour Women's Aid for a worker.",
            "award; Fenland Care Trust | 5000.00; Harbour Women's Aid | 3000.00",
        ),
        (
            "Small grants",
            "The following grants were approved: Fenland Care Trust (£5,000); Harbour Women's Aid (£3,000).",
            "award; Fenland Care Trust | 5000.00; Harbour Women's Aid | 3000.00",
        ),
        (
            "Community fund",
            "The Commissioner awards the following: • £4,745.35 to Active Fens for sport • £2,275 to Market Borough Council for a safety day",
            "award; Active Fens | 4745.35; Market Borough Council | 2275.00",
        ),
        (
            "Power",
            "A grant of £900 to Step 12 under section 143 of the Anti-social Behaviour, Crime and Policing Act 2014.",
            "award; Step 12 | 900.00 | - | s143",
        ),
        (
            "Power",
            "A grant of £900 to Step 12 under section 9 of the Police Reform and Social Responsibility Act 2011.",
            "award; Step 12 | 900.00 | - | s9",
        ),
        (
            "Power",
            "A grant of £900 to Step 12 under section 9 of the Licensing Act 2003.",
            "award; Step 12 | 900.00 | - | ?",
        ),
        (
            "Year",
            "A grant of £900 to Step 12 for the financial year 2015/16.",
            "award; Step 12 | 900.00 | - | - | 2015-04-01 to 2016-03-31",
        ),
        (
            "Year",
            "A grant of £900 to Step 12 for a further year from 1 April 2015.",
            "award; Step 12 | 900.00 | - | - | 2015-04-01 to 2016-03-31",
        ),
        (
            "Year",
            "A grant of £900 to Step 12. Period: 1.2.15 – 31.7.15.",
            "award; Step 12 | 900.00 | - | - | 2015-02-01 to 2015-07-31",
        ),
        (
            "Year",
            "A grant of £900 to Step 12 for a sports scheme (September 2014 to August 2015).",
            "award; Step 12 | 900.00 | - | - | 2014-09 to 2015-08",
        ),
        (
            "Year",
            "A grant of £900 to Step 12 for two years from 1 April 2015 to 31 March 2016.",
            "award; Step 12 | 900.00 | - | - | ?",
        ),
        (
            "Forum",
            "The PCC agreed to award a further £20,000 to the Fens Forum to extend its service to the coast.",
            "award; Fens Forum | 20000.00",
        ),
        ("Total", "A grant of £30,000 (£10,000 per year) to Step 12.", "award; ? | ?"),
        (
            "Match",
            "A grant of £5,000 to Step 12 on the basis of match funding of £5,000 from the district council.",
            "award; Step 12 | 5000.00",
        ),
        (
            "Match",
            "A grant of £5,000 to Step 12, matched by £2,500 from Market Borough Council.",
            "award; Step 12 | 5000.00",
        ),
        (
            "Cost",
            "A grant of £10,000 to Step 12 towards the total project cost of £40,000.",
            "award; Step 12 | 10000.00",
        ),
        (
            "Application",
            "Step 12 had requested £9,000. The PCC agreed to award a grant of £6,000 to Step 12.",
            "award; Step 12 | 6000.00",
        ),
    ]);
}

#[test]
fn ambiguous_fields_stay_blank() {
    check(&[
        ("Limit", "The PCC agreed to award up to £20,000 to Step 12.", "award; Step 12 | ?"),
        ("Estimate", "A grant of approximately £20,000 to Step 12 was approved.", "award; Step 12 | ?"),
        ("Rate", "The PCC awarded Step 12 £10,000 per year for three years.", "award; Step 12 | ?"),
        ("Short", "A grant of £5k to Step 12.", "award; Step 12 | ?"),
        ("Broken", "A grant of £9, 500 to Step 12.", "award; ? | ?"),
        ("Broken", "A grant of £334, 818 to Step 12.", "award; ? | ?"),
        ("Broken", "A grant of £1,250, 000 to Step 12.", "award; ? | ?"),
        ("Short", "A grant of £1.2m to Step 12.", "award; Step 12 | ?"),
        ("Share", "A grant of £40,000 to Step 12, of which £10,000 is for equipment.", "award; Step 12 | ?"),
        (
            "Years",
            "A grant to Step 12 of £10,000 in 2015-16 and £12,000 in 2016-17.",
            "award; Step 12 | ? | - | - | ?",
        ),
        (
            "Each",
            "The PCC awarded £5,000 each to Fenland Care Trust and Harbour Women's Aid.",
            "award; ? | ?",
        ),
        (
            "Behalf",
            "A grant of £5,000 to Market Borough Council on behalf of the Safer Fens Partnership.",
            "award; ? | 5000.00",
        ),
        (
            "Project in the north",
            "A grant of £5,000 to Step 12 in Market Town for young people.",
            "award; ? | 5000.00",
        ),
        ("Two", "A grant of £5,000 to Concord and Harbour Women's Aid.", "award; ? | 5000.00"),
        (
            "Parts",
            "A total of £9,000 was awarded: £5,000 to Fenland Care Trust and £3,000 to Harbour Women's Aid.",
            "award; ? | ?",
        ),
        ("Fund", "A grant of £900 to Step 12 from the Safer Fens Fund.", "award; Step 12 | 900.00 | ?"),
        (
            "Funds",
            "A grant of £900 to Step 12 from the Crime and Disorder Reduction Fund and the victims' services grant.",
            "award; Step 12 | 900.00 | ?",
        ),
        (
            "Period",
            "A grant of £900 to Step 12 in support of the strategy for 1 April 2013 to 31 March 2017.",
            "award; Step 12 | 900.00 | - | - | ?",
        ),
        ("Half", "A grant of £900 to Step 12 until 31 March 2016.", "award; Step 12 | 900.00 | - | - | ?"),
        ("Year", "A grant of £900 to Step 12 for 2015/16.", "award; Step 12 | 900.00 | - | - | ?"),
        ("The Trust", "The PCC agreed a grant of £900 to the Trust.", "award; ? | 900.00"),
        (
            "More",
            "The PCC agreed to increase the grant to Step 12 by £3,000, bringing the total to £13,000.",
            "variation",
        ),
        (
            "More",
            "An additional £3,000 for Step 12 was agreed, bringing the total grant to £13,000.",
            "variation",
        ),
        ("Principle", "The PCC agreed in principle to award a grant of £5,000 to Step 12.", "?"),
        ("Asked", "The PCC considered a request from Step 12 for a grant of £5,000.", "?"),
        ("Mixed", "The PCC awarded £5,000 to Step 12. An application from Concord was declined.", "?"),
        ("No amount", "The PCC agreed to award a grant to Step 12 for sport.", "award; Step 12 | ?"),
    ]);
}

#[test]
fn real_turns_of_phrase_are_read_or_left_blank() {
    check(&[
        (
            "Domestic abuse",
            "That the Commissioner approves the allocation of £12,000 to Harbour Women's Aid from the Victims' Services Grant to provide outreach.",
            "award; Harbour Women's Aid | 12000.00 | victims",
        ),
        (
            "Domestic abuse",
            "Having considered the business case, the PCC agreed to make a grant of £12,000 to Harbour Women's Aid (HWA) for the year.",
            "award; Harbour Women's Aid | 12000.00",
        ),
        (
            "Domestic abuse",
            "The PCC agreed to make a grant to Harbour Women's Aid in the sum of £12,000 for outreach.",
            "award; Harbour Women's Aid | 12000.00",
        ),
        (
            "Sport",
            "Approval was given for funding of £3,500 from the Crime and Disorder Reduction Fund to be awarded to Dunes Youth Club to run evening sport.",
            "award; Dunes Youth Club | 3500.00 | cdr",
        ),
        (
            "Sport",
            "Dunes Youth Club has been awarded £3,500 to run evening sport.",
            "award; Dunes Youth Club | 3500.00",
        ),
        (
            "Sport",
            "Dunes Youth Club has been granted funding of £3,500 to run evening sport.",
            "award; Dunes Youth Club | 3500.00",
        ),
        (
            "Sport",
            "The PCC agreed to support Dunes Youth Club with a grant of £3,500.",
            "award; Dunes Youth Club | 3500.00",
        ),
        (
            "Sport",
            "The PCC has decided to fund Dunes Youth Club to the value of £3,500.",
            "award; Dunes Youth Club | 3500.00",
        ),
        ("Sport", "PCC approved £3,500 grant to Dunes Youth Club.", "award; Dunes Youth Club | 3500.00"),
        (
            "Sport",
            "To approve a grant of £3,500 towards the cost of sport at Dunes Youth Club.",
            "award; ? | 3500.00",
        ),
        (
            "Sport",
            "A one-off grant of £3,500 is awarded to Dunes Youth Club for equipment costing £4,100.",
            "award; Dunes Youth Club | 3500.00",
        ),
        (
            "Crime and Disorder Reduction Grant: Dunes Youth Club",
            "The PCC approved a grant of £3,500 for evening sport.",
            "award; Dunes Youth Club | 3500.00 | cdr",
        ),
        (
            "Crime and Disorder Reduction Grant – Dunes",
            "The PCC approved a grant of £3,500 for evening sport.",
            "award; ? | 3500.00 | cdr",
        ),
        ("Funding for victims of stalking", "The PCC approved a grant of £3,500.", "award; ? | 3500.00"),
        (
            "Advice",
            "The PCC agreed to award a grant of £14,000 to Citizens Advice Market Town to be paid in two instalments of £7,000.",
            "award; Citizens Advice Market Town | ?",
        ),
        (
            "Advice",
            "A grant of £14,000 to Lantern CIC, subject to a satisfactory plan, following the £10,000 awarded in 2014.",
            "award; Lantern CIC | 14000.00",
        ),
        (
            "Advice",
            "The PCC agreed to award £14,000 to Lantern CIC. The service has helped save £90,000.",
            "award; Lantern CIC | 14000.00",
        ),
        (
            "Advice",
            "The PCC agreed to award £14,000 to Lantern CIC, which has secured £9,000 from the lottery.",
            "award; Lantern CIC | 14000.00",
        ),
        (
            "Advice",
            "The PCC agreed to award £14,000 to Lantern CIC. A further £9,000 will come later.",
            "award; Lantern CIC | ?",
        ),
        (
            "Drugs",
            "The PCC agreed that Lantern CIC could use the £25,000 granted in 2014 for a different purpose.",
            "change-of-purpose",
        ),
        (
            "Drugs",
            "The PCC agreed that the grant of £25,000 to Lantern CIC be re-purposed.",
            "change-of-purpose",
        ),
        ("Drugs", "The PCC varied the purpose of the grant to Lantern CIC.", "change-of-purpose"),
        ("Ombudsman", "The PCC agreed to pay £5,000 to a former officer in settlement of a claim.", "other"),
        ("Body worn video", "The PCC approved expenditure of £850,000 on body worn video.", "other"),
        ("Land", "The PCC agreed to sell land to Market Borough Council for £120,000.", "other"),
        ("Collaboration", "The PCC agreed that Suffolk contribute £45,000 to the regional unit.", "other"),
        ("Members", "The PCC approved allowances of £250 for each member.", "other"),
        ("Budget", "The PCC approved the budget and a council tax freeze grant of £400,000.", "other"),
        (
            "Support service",
            "The PCC agreed to award the contract for the victims' service to Lantern CIC from 1 April 2015 to 31 March 2017.",
            "other",
        ),
        (
            "Two names",
            "The PCC agreed a grant of £5,000 to Dunes Youth Club and to Lantern CIC.",
            "award; ? | 5000.00",
        ),
        ("Two names", "The PCC agreed to award Dunes Youth Club and Lantern CIC £5,000.", "award; ? | ?"),
        ("Own words", "Dunes Youth Club: £5,000", "other"),
        (
            "Grants awarded",
            "Dunes Youth Club: £5,000; Lantern CIC: £3,000.",
            "award; Dunes Youth Club | 5000.00; Lantern CIC | 3000.00",
        ),
        (
            "Grants awarded",
            "Dunes Youth Club – £5,000, Lantern CIC – £3,000.",
            "award; Dunes Youth Club | 5000.00; Lantern CIC | 3000.00",
        ),
        ("Grant for Lantern CIC", "Grant of £5,000 approved.", "award; Lantern CIC | 5000.00"),
        ("Lantern CIC", "The PCC awarded them £5,000.", "award; Lantern CIC | 5000.00"),
        (
            "Lantern CIC",
            "The PCC awarded £5,000 to the project run by Dunes Youth Club.",
            "award; ? | 5000.00",
        ),
        (
            "Lantern CIC",
            "The PCC awarded £5,000 to a project of Market Borough Council.",
            "award; ? | 5000.00",
        ),
        ("Reserves", "The PCC agreed to allocate £5,000 to the Operational Reserve.", "other"),
        ("Repayment", "Lantern CIC has repaid £1,200 of its grant.", "other"),
        (
            "Police Property Act fund",
            "The PCC approved grants totalling £8,000 from the Police Property Act Fund.",
            "award; ? | ? | ?",
        ),
        ("Delegation", "The PCC delegated authority to the Chief Executive to award grants of £5,000.", "?"),
        ("Panel", "The PCC noted that the Panel had asked about the grant of £5,000 to Lantern CIC.", "?"),
        ("Loan", "The PCC agreed a loan of £5,000 to Lantern CIC.", "other"),
        ("Sponsor", "The PCC agreed to sponsor the awards evening with £500.", "other"),
        ("Force", "The PCC agreed to fund a Police post of £30,000 in the Constabulary.", "other"),
    ]);
}

#[test]
fn earlier_requested_and_total_amounts_are_not_awards() {
    check(&[
        (
            "Refuge",
            "The PCC has considered an application from Harbour Women's Aid for £24,000. Following the award of £20,000 in 2013, he has agreed to award the sum of £22,500.",
            "award; Harbour Women's Aid | 22500.00",
        ),
        (
            "Signs",
            "Dunes Rural Watch has asked for a contribution towards the cost of signs. The total cost is £3,900, of which £1,500 has been raised by parish councils. The PCC has agreed to make a contribution of £2,400.",
            "award; Dunes Rural Watch | 2400.00",
        ),
        (
            "Lantern",
            "The PCC has agreed to award £28,400 to Lantern CIC, made up of £20,000 for a worker and £8,400 for running costs.",
            "award; Lantern CIC | 28400.00",
        ),
        (
            "Agreement",
            "The PCC has agreed to enter into a grant agreement with Lantern CIC for counselling. The value of the grant is £16,000.",
            "award; Lantern CIC | 16000.00",
        ),
        (
            "Anglers Care Trust (ACT)",
            "The PCC has agreed to award ACT a total of £57,706 for three services.",
            "award; Anglers Care Trust | 57706.00",
        ),
        (
            "Mentor",
            "In February 2014 the PCC awarded £16,500 to Lantern CIC for a worker. Lantern CIC has asked to use the remaining £7,000 for a mentor instead. The PCC has agreed to this request.",
            "change-of-purpose",
        ),
        (
            "Recovery",
            "In 2014 the PCC awarded Coast Recovery £25,000 for eight clients. It has since proposed a different approach. The PCC has agreed that the grant of £25,000 can be used for this.",
            "change-of-purpose",
        ),
        (
            "Match",
            "To award Lantern CIC the sum of £3,000, subject to receipt of match funding of £3,000 from the Big Lottery Fund.",
            "award; Lantern CIC | 3000.00 | ?",
        ),
        (
            "Keep Safe Scheme",
            "A grant of £7,750 under section 9 of the Police Reform and Social Responsibility Act 2011 to Lantern CIC.",
            "award; Lantern CIC | 7750.00 | - | s9",
        ),
        (
            "Grant Award: Keep Safe Scheme",
            "The PCC has awarded £7,750, as set out in the report, to Lantern CIC.",
            "award; ? | 7750.00",
        ),
        (
            "Lantern CIC",
            "The PCC has awarded £7,750, as set out in the report, to Harbour Women's Aid.",
            "award; ? | 7750.00",
        ),
        (
            "Boxing",
            "That a grant of £4,500 be approved to the Dunes Boxing Club for equipment.",
            "award; Dunes Boxing Club | 4500.00",
        ),
        (
            "Perpetrators",
            "The PCC approved funding of £9,300 for Step Up, a voluntary provider, to deliver two courses.",
            "award; Step Up | 9300.00",
        ),
        (
            "Pastors",
            "The PCC has agreed to award grants to the following: Dunes Town Pastors £6,000, Fens Town Pastors £4,000 and Dales Town Pastors £4,000, a total of £14,000.",
            "award; Dunes Town Pastors | 6000.00; Fens Town Pastors | 4000.00; Dales Town Pastors | 4000.00",
        ),
        (
            "Refuges",
            "The PCC has agreed to award Harbour Women's Aid a grant of £33,000 and Dunes Refuge a grant of £21,000.",
            "award; Harbour Women's Aid | 33000.00; Dunes Refuge | 21000.00",
        ),
        (
            "Amounts first",
            "Grants were awarded: £9,000 Lantern CIC, £4,000 Dunes Youth Club, £5,000 Step Up.",
            "award; ? | ?",
        ),
        (
            "Reallocation",
            "A grant of £5,000 to Lantern CIC was approved in March 2015. The PCC has decided that the £5,000 be awarded instead to Harbour Women's Aid.",
            "award; ? | 5000.00",
        ),
        (
            "Grant",
            "The PCC agrees that the grant of £22,000 awarded to Lantern CIC be reduced to £18,000.",
            "variation",
        ),
        (
            "Intervention",
            "The PCC agrees to set aside £150,000 for an Early Intervention Fund to which groups may apply for grants of up to £5,000.",
            "award; ? | ?",
        ),
        (
            "Grant award",
            "The PCC has awarded the Dunes Domestic Violence and Abuse Forum a grant in the sum of £30,000.",
            "award; Dunes Domestic Violence and Abuse Forum | 30000.00",
        ),
        (
            "Grant award",
            "This decision awards a grant to Lantern CIC. The sum of £15,000 is awarded to support victims.",
            "award; Lantern CIC | 15000.00",
        ),
        (
            "Grant award",
            "A grant has been awarded to Lantern CIC in the sum of £30,000 in order to help victims.",
            "award; Lantern CIC | 30000.00",
        ),
        (
            "Mediation",
            "The PCC agreed to award Step 12 a Crime and Disorder Reduction Grant of £7,000.",
            "award; Step 12 | 7000.00 | cdr",
        ),
        (
            "Crime and Disorder Reduction Fund – Recovery",
            "The PCC awarded £25,000 to Coast Recovery in 2014. Coast Recovery has asked that it uses the grant for a new approach. The PCC has agreed to the change.",
            "change-of-purpose",
        ),
        ("Innovation", "The PCC noted that the Home Office had awarded £210,000 to the Force.", "other"),
        ("Air", "The PCC agreed the contribution of £614,000 to the National Police Air Service.", "other"),
        ("Board", "The PCC agreed a contribution of £12,500 to the Dales Safeguarding Board.", "?"),
        ("Service", "The contract was awarded to Concord CIC at a cost of £88,000 per annum.", "other"),
    ]);
}

#[test]
fn other_decisions_make_no_award() {
    check(&[
        (
            "Change of purpose",
            "The PCC agreed a change of purpose for the £25,000 grant awarded in 2014 to Coast Recovery.",
            "change-of-purpose",
        ),
        (
            "Coast Recovery",
            "Coast Recovery was awarded £25,000 in 2014 for eight clients. The PCC agreed that the grant may now be used for a new approach.",
            "change-of-purpose",
        ),
        (
            "Extension",
            "The PCC agreed to extend the period of the grant to Step 12 to 30 June 2015.",
            "extension",
        ),
        ("Withdrawal", "The PCC withdrew the grant of £5,000 to Step 12.", "withdrawal"),
        (
            "ICT company",
            "The PCC agreed to join the Police ICT Company, at an estimated cost of about £25,000.",
            "other",
        ),
        (
            "National body",
            "The contribution to the national body of chiefs is estimated at £10,400.",
            "other",
        ),
        ("National body", "The PCC agreed to fund the National Chiefs' Body with £10,400.", "other"),
        ("Precept", "The PCC set the precept at £166.77 for Band D.", "other"),
        ("Appointment", "The PCC appointed a temporary Chief Constable at a salary of £133,000.", "other"),
        ("Contract", "The PCC agreed to award a contract worth £60,000 to Fast Vans Ltd.", "other"),
        (
            "Contract award",
            "The PCC approved the award of the contract for victims' referral to Fenland Care Trust at £60,000.",
            "other",
        ),
        ("Refused", "The PCC decided not to award a grant of £5,000 to Step 12.", "other"),
        ("Refused", "The application of Step 12 for £5,000 was declined.", "other"),
        ("Home Office", "The PCC accepted a grant of £50,000 from the Home Office.", "other"),
        ("Bid", "The PCC has been awarded £50,000 from the innovation fund.", "other"),
        ("Capital", "The PCC approved £500,000 for the vehicle replacement programme.", "other"),
        ("Budget", "The PCC approved a grants budget of £500,000.", "other"),
        ("Scheme", "The PCC approved the governance scheme.", "other"),
        ("Collaboration", "The PCC signed a collaboration agreement under section 22A.", "other"),
        ("Officer", "The PCC approved the appointment of a Grants Officer.", "other"),
        ("", "", "other"),
    ]);
}

#[test]
fn any_text_is_read_in_time_and_without_a_panic() {
    let pieces = [
        "6-2015\t26-3-15\t",
        "£",
        "£5,000 to ",
        "A and B ",
        "\"",
        "(",
        ")",
        "•",
        "– ",
        "in ",
        "\n",
        "é",
        "|",
        "the PCC ",
        "1 April 2015 to ",
    ];
    // Alone, each is repeated as often in the quick tier as all pairs are in the soak tier.
    let is_soak = std::env::var("ALMONER_TIER").is_ok_and(|tier| tier == "soak");
    for piece in pieces {
        for other in pieces {
            let times = if is_soak || piece == other { 500 } else { 60 };
            let text = format!("1-2015\n1-1-15\nTitle\n{}", format!("{piece}{other}").repeat(times));
            bulletin(&text).unwrap();
        }
    }
    assert_eq!(bulletin(&"x".repeat(TEXT_LIMIT + 1)), Err(TooLong));
}
