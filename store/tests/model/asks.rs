//! Random command sequences. What depends on how far the books are (the number of a record, what
//! is left of an award) is asked for by description and settled when its turn comes.

use almoner_ledger::allocation::{Funds, Part};
use almoner_ledger::calendar::{Date, FinancialYear, Month, Period, StatedDate};
use almoner_ledger::command::{AwardCommand, Command};
use almoner_ledger::decisions::{Decision, DecisionId};
use almoner_ledger::events::BudgetKey;
use almoner_ledger::funders::{FundingReceipt, ReceiptKind};
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::monitoring::{Due, DueKind};
use almoner_ledger::grants::{GrantId, Power, Purpose, TermsAddendum};
use almoner_ledger::indicators::{Indicator, IndicatorKey};
use almoner_ledger::money::Money;
use almoner_ledger::papers::{PaperId, PublicPaper};
use almoner_ledger::recipients::RecipientId;
use almoner_ledger::text::Text;
use almoner_ledger::themes::{Share, Split, ThemeId};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// The themes that are known from the start, the unallocated part among them.
pub const THEMES: [&str; 4] = ["a", "b", "c", ThemeId::UNALLOCATED];

/// One command, or a description of it.
#[derive(Clone)]
pub enum Ask {
    /// This one.
    Do(Command),
    /// A payment of what is left of an award, and so many pence more.
    PayLeft { award: GrantId, date: Date, more: i64 },
    /// A payment for one of the parts of an award.
    PayPart { award: GrantId, date: Date, amount: Money, which: Index },
    /// A refund of one of the parts of an award.
    RefundPart { award: GrantId, date: Date, amount: Money, stays: bool, which: Index },
    /// A change of the amount of one of the parts of an award, or a part that is added.
    VaryPart { award: GrantId, date: Date, change: Money, which: Index, added: Option<Part> },
    /// The return of one of the payments of an award.
    Return { award: GrantId, date: Date, which: Index },
    /// A change of purpose to two parts that add up to the award.
    RepurposeByAmounts { award: GrantId, date: Date, first: Index },
    /// The closing of every month from the first that something can be dated in up to one.
    CloseUpTo(Month),
    /// Undo one of the records.
    Undo(Index),
    /// Something that was asked before, word for word.
    Again(Index),
}

/// On one line, so that a failing sequence can be read.
impl std::fmt::Debug for Ask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Ask::Do(command) => f.write_str(&words(command)),
            Ask::PayLeft { award, date, more } => write!(f, "{date} {award} pay the rest and {more}p"),
            Ask::PayPart { award, date, amount, .. } => write!(f, "{date} {award} pay {amount} for a part"),
            Ask::RefundPart { award, date, amount, .. } => {
                write!(f, "{date} {award} refund {amount} of a part")
            }
            Ask::VaryPart { award, date, change, added, .. } => {
                let part = added.as_ref().map_or("a part".to_owned(), |part| format!("part {part}"));
                write!(f, "{date} {award} vary {part} by {change}")
            }
            Ask::Return { award, date, .. } => write!(f, "{date} {award} returned"),
            Ask::RepurposeByAmounts { award, date, .. } => write!(f, "{date} {award} repurpose by amounts"),
            Ask::CloseUpTo(month) => write!(f, "close all months up to {month}"),
            Ask::Undo(_) => f.write_str("undo some record"),
            Ask::Again(_) => f.write_str("again some command"),
        }
    }
}

/// A command on one line.
pub fn words(command: &Command) -> String {
    let or_none = |period: Option<Period>| period.map_or("no period".to_owned(), |it| it.to_string());
    match command {
        Command::Award(it) => {
            let (id, split) = (it.id.as_ref().unwrap(), &it.purpose.split);
            let fund = it.fund.as_ref().map_or("no fund".to_owned(), ToString::to_string);
            format!("{} {id} award {} {split}, {fund}, {}", it.decided, it.amount, or_none(it.period))
        }
        Command::Vary { award, date, change, period, part, .. } => {
            let part = part.as_ref().map(|part| format!(" of {part}")).unwrap_or_default();
            format!("{date} {award} vary {change}{part}, {}", or_none(*period))
        }
        Command::ChangeFund { award, date, fund, include_past, .. } => {
            let past = if *include_past { ", with the past" } else { "" };
            format!("{date} {award} fund {fund}{past}")
        }
        Command::Extend { award, date, to, .. } => format!("{date} {award} extend to {to}"),
        Command::Withdraw { award, date, .. } => format!("{date} {award} withdraw"),
        Command::Repurpose { award, date, purpose, include_past, .. } => {
            let charged = if *include_past { ", charged too" } else { "" };
            format!("{date} {award} repurpose {}{charged}", purpose.split)
        }
        Command::Schedule { award, due, amount, .. } => format!("{due} {award} schedule {amount}"),
        Command::Pay { award, date, amount, part, occurrence, .. } => {
            let part = part.as_ref().map(|part| format!(" for {part}")).unwrap_or_default();
            format!("{date} {award} pay {amount}{part} #{occurrence}")
        }
        Command::Refund { award, date, amount, stays_available, part, .. } => {
            let stays = if *stays_available { ", stays available" } else { "" };
            let part = part.as_ref().map(|part| format!(" of {part}")).unwrap_or_default();
            format!("{date} {award} refund {amount}{part}{stays}")
        }
        Command::Return { award, date, amount, .. } => format!("{date} {award} returned {amount}"),
        Command::Expect { award, due } => {
            let waits = if due.before_payment { ", payments wait" } else { "" };
            format!("{} {award} expect {}{waits}", due.due, due.name)
        }
        Command::Submit { award, due, received, paper, .. } => {
            format!("{received} {award} submit what was due {due}, {paper:?}")
        }
        Command::Waive { award, due, .. } => format!("{award} waive what is due {due}"),
        Command::Receive { receipt: it, .. } => {
            format!("{} {} receive {} {:?}", it.date, it.fund, it.amount, it.kind)
        }
        Command::Correct { award, recipient, amount, fund, theme, .. } => {
            let fund = fund.as_ref().map(|fund| format!(", fund {fund}")).unwrap_or_default();
            let theme = theme.as_ref().map(|theme| format!(", theme {theme}")).unwrap_or_default();
            format!("{award} correct {recipient:?} {amount:?}{fund}{theme}")
        }
        other => format!("{other:?}"),
    }
}

/// The grant that a command is about and the day of what it says.
pub fn grant_and_day(command: &Command) -> Option<(&GrantId, Date)> {
    match command {
        Command::Award(it) => it.id.as_ref().map(|id| (id, it.decided)),
        Command::Vary { award, date, .. }
        | Command::Extend { award, date, .. }
        | Command::Withdraw { award, date, .. }
        | Command::Repurpose { award, date, .. }
        | Command::ChangeFund { award, date, .. }
        | Command::Schedule { award, due: date, .. }
        | Command::Pay { award, date, .. }
        | Command::Refund { award, date, .. }
        | Command::Return { award, date, .. } => Some((award, *date)),
        _ => None,
    }
}

/// What a sequence may hold beside awards, payments, refunds, changes and schedules.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mix {
    /// Reversals, repeats and corrections.
    pub undo: bool,
    /// Closing and opening months.
    pub close: bool,
    /// Receipts and budgets.
    pub funders: bool,
    /// Commands that no ledger may take.
    pub wrong: bool,
    /// Monitoring, figures from outside and public papers.
    pub monitoring: bool,
}

/// Batches of asks: two to five awards, then anything.
pub fn batches(mix: Mix) -> impl Strategy<Value = Vec<Vec<Ask>>> {
    prop_oneof![of_grants(2, mix), of_grants(3, mix), of_grants(4, mix), of_grants(5, mix)]
}

fn of_grants(grants: usize, mix: Mix) -> impl Strategy<Value = Vec<Vec<Ask>>> {
    let awards: Vec<_> = (0..grants).map(|grant| award(grant, false).prop_map(Ask::Do)).collect();
    (awards, prop::collection::vec((ask(mix, grants), 0..3u8), 8..=55)).prop_map(|(awards, asks)| {
        let mut batches = vec![awards];
        for (ask, with_the_last) in asks {
            match batches.last_mut() {
                Some(last) if with_the_last == 0 => last.push(ask),
                _ => batches.push(vec![ask]),
            }
        }
        batches
    })
}

fn ask(mix: Mix, grants: usize) -> BoxedStrategy<Ask> {
    // One grant more than there are, now and then.
    let grant = move || (0..grants * 12 + usize::from(mix.wrong)).prop_map(|at| grant_id(at / 12));
    let fact = prop_oneof![
        8 => (grant(), day(), amount(mix.wrong), 1..=2u32).prop_map(|(award, date, amount, occurrence)| {
            Ask::Do(Command::Pay { account: None, award, date, amount, reference: None, before_decision: Some(Text::new("urgent").unwrap()), part: None, occurrence })
        }),
        2 => (grant(), day(), if mix.wrong { 0..=1i64 } else { 0..=0 })
            .prop_map(|(award, date, more)| Ask::PayLeft { award, date, more }),
        2 => (grant(), day(), any::<Index>()).prop_map(|(award, date, which)| Ask::Return { award, date, which }),
        3 => (grant(), day(), amount(mix.wrong), any::<bool>()).prop_map(|(award, date, amount, stays)| {
            let (reference, occurrence) = (None, 1);
            Ask::Do(Command::Refund { account: None, award, date, amount, reference, stays_available: stays, part: None, occurrence })
        }),
        4 => (grant(), day(), change(), prop::option::weighted(0.4, period()), decision()).prop_map(
            |(award, date, change, period, decision)| {
                Ask::Do(Command::Vary { award, decision, date, change, period, part: None })
            }
        ),
        1 => (grant(), day(), stated_day(), decision())
            .prop_map(|(award, date, to, decision)| Ask::Do(Command::Extend { award, decision, date, to })),
        1 => (grant(), day(), decision())
            .prop_map(|(award, date, decision)| Ask::Do(Command::Withdraw { award, decision, date })),
        4 => (grant(), day(), shares(), any::<bool>(), decision()).prop_map(
            |(award, date, split, include_past, decision)| {
                let purpose = Purpose { text: text("changed"), split };
                Ask::Do(Command::Repurpose { award, decision, date, purpose, include_past })
            }
        ),
        3 => (grant(), day(), funds(), any::<bool>(), decision()).prop_map(
            |(award, date, fund, include_past, decision)| {
                Ask::Do(Command::ChangeFund { award, decision, date, fund, include_past })
            }
        ),
        2 => (grant(), day(), amount(mix.wrong), any::<Index>())
            .prop_map(|(award, date, amount, which)| Ask::PayPart { award, date, amount, which }),
        2 => (grant(), day(), amount(mix.wrong), any::<bool>(), any::<Index>()).prop_map(
            |(award, date, amount, stays, which)| Ask::RefundPart { award, date, amount, stays, which }
        ),
        2 => (grant(), day(), change(), any::<Index>(), prop::option::weighted(0.4, part())).prop_map(
            |(award, date, change, which, added)| Ask::VaryPart { award, date, change, which, added }
        ),
        1 => (grant(), day(), any::<Index>())
            .prop_map(|(award, date, first)| Ask::RepurposeByAmounts { award, date, first }),
        1 => (grant(), day(), amount(mix.wrong)).prop_map(|(award, due, amount)| {
            Ask::Do(Command::Schedule { award, due, amount, occurrence: 1 })
        }),
    ];
    let mut kinds: Vec<(u32, BoxedStrategy<Ask>)> = vec![(12, fact.boxed())];
    if mix.undo {
        kinds.push((2, any::<Index>().prop_map(Ask::Undo).boxed()));
        kinds.push((1, any::<Index>().prop_map(Ask::Again).boxed()));
        kinds.push((1, correction(grant().boxed()).boxed()));
        // Mostly refused, unless the first award was undone.
        kinds.push((1, award(0, true).prop_map(Ask::Do).boxed()));
    }
    if mix.funders {
        kinds.push((3, receipt().boxed()));
        kinds.push((1, budget().boxed()));
        let registered = (decision(), prop::option::of(day())).prop_map(|(id, date)| {
            let id = id.unwrap_or_else(|| DecisionId::new("9-2015").unwrap());
            Ask::Do(Command::RecordDecision(Decision { date, ..Decision::numbered(id) }))
        });
        kinds.push((1, registered.boxed()));
        let reasons = prop::option::of(Just("as decided").prop_map(text));
        let of_award = (
            prop::option::weighted(0.4, funds()),
            prop::option::weighted(0.3, shares()),
            prop::option::weighted(0.2, period()),
        );
        let powers = [vec![Power::NotStated; 6], Power::ALL.to_vec()].concat();
        let stated = (grant(), select(powers), reasons, of_award).prop_map(
            |(award, power, reasons, (fund, theme, period))| {
                let statement =
                    TermsAddendum { power, reasons, fund, theme, period, ..TermsAddendum::default() };
                Ask::Do(Command::State { award, statement })
            },
        );
        kinds.push((3, stated.boxed()));
    }
    if mix.monitoring {
        kinds.push((4, monitoring(grant().boxed()).boxed()));
        kinds.push((1, beside_grants(grant().boxed()).boxed()));
    }
    if mix.close {
        let close = day().prop_map(|day| Ask::Do(Command::close(day.month())));
        let reopen =
            day().prop_map(|day| Ask::Do(Command::Reopen { month: day.month(), reason: text("a slip") }));
        let up_to = (0..36i32).prop_map(|month| Ask::CloseUpTo(first_month().plus(month)));
        kinds.push((1, close.boxed()));
        kinds.push((2, up_to.boxed()));
        kinds.push((1, reopen.boxed()));
    }
    proptest::strategy::Union::new_weighted(kinds).boxed()
}

fn award(grant: usize, wrong: bool) -> impl Strategy<Value = Command> {
    let size = prop_oneof![6 => 1..=500_000i64, 2 => 1..=25i64, 1 => -1..=0i64];
    let size = size.prop_map(move |pence| if wrong { pence } else { pence.max(1) });
    let period = prop::option::weighted(0.7, period());
    let fund = prop::option::weighted(0.6, prop_oneof![3 => one_fund().boxed(), 2 => funds().boxed()]);
    let of = (fund, select(Power::ALL.to_vec()), 0..2usize);
    // Parts in pounds and pence settle the amount, and may be out by a penny.
    let parts = prop::option::weighted(0.3, (1..=90_000i64, 1..=30i64, if wrong { 0..=1i64 } else { 0..=0 }));
    (size, first_day(), shares(), parts, period, decision(), of).prop_map(
        move |(size, decided, shares, parts, period, decision, (fund, power, recipient))| {
            let by_amounts = parts.map(|(c, a, out)| (c + a + out, in_two(("c", c), ("a", a))));
            let (amount, mut split) = by_amounts.unwrap_or((size, shares));
            // Parts state the themes; several funds share one theme.
            let several = |funds: &Funds| funds.single().is_none();
            split = match fund.as_ref().and_then(Funds::themes) {
                Some(themes) => themes.unwrap(),
                None if fund.as_ref().is_some_and(several) => Split::whole(theme("a")),
                None => split,
            };
            Command::Award(Box::new(AwardCommand {
                id: Some(grant_id(grant)),
                decision,
                decided,
                date_assumed: false,
                confidential: false,
                recipient_id: Some(RecipientId::new(["r0", "r1"][recipient]).unwrap()),
                identifiers: Vec::new(),
                recipient: None,
                amount: Money::from_pence(amount),
                purpose: Purpose { text: text("services"), split },
                fund,
                power,
                period,
                conditions: None,
                reasons: None,
            }))
        },
    )
}

fn one_fund() -> impl Strategy<Value = Funds> {
    select(vec!["cdr", "victims"]).prop_map(|id| Funds::parse(id).unwrap())
}

fn part() -> impl Strategy<Value = Part> {
    select(vec!["cdr/a", "cdr/c", "victims/b", "victims/c", "unstated/b", "cdr/unallocated"])
        .prop_map(|part| Part::parse(part).unwrap())
}

/// A fund, a split over funds, or parts with a fund and a theme each.
fn funds() -> impl Strategy<Value = Funds> {
    let several = [
        "cdr:60%;victims:40%",
        "victims:33.3333%;cdr:66.6667%",
        "cdr/a:50%;victims/b:50%",
        "victims/a:20%;cdr/a:30%;cdr/b:50%",
        "unstated/unallocated:0.0001%;victims/c:99.9999%",
        "cdr/unallocated:10%;unstated/a:25%;victims/a:65%",
    ];
    let several = select(several.to_vec()).prop_map(|text| Funds::parse(text).unwrap());
    prop_oneof![one_fund().boxed(), several.boxed()]
}

/// A corrected amount or recipient, or both; at times another division, by shares or by amounts.
fn correction(grant: BoxedStrategy<GrantId>) -> impl Strategy<Value = Ask> {
    let amount = prop::option::weighted(0.6, 1..=500_000i64);
    let recipient = prop::option::weighted(0.6, select(vec!["r0", "r1"]));
    let by_amounts = (1..=90_000i64, 1..=30i64, any::<bool>());
    let division = prop_oneof![
        4 => Just((None, None, None)),
        1 => funds().prop_map(|funds| (Some(funds), None, None)),
        1 => shares().prop_map(|split| (None, Some(split), None)),
        2 => by_amounts.prop_map(|(a, b, in_parts)| {
            let parts = format!("cdr/a:{};victims/b:{}", Money::from_pence(a), Money::from_pence(b));
            match in_parts {
                true => (Some(Funds::parse(&parts).unwrap()), None, Some(a + b)),
                false => (None, Some(in_two(("a", a), ("b", b))), Some(a + b)),
            }
        }),
    ];
    (grant, amount, recipient, division).prop_map(|(award, amount, recipient, (fund, theme, of_division))| {
        Ask::Do(Command::Correct {
            award,
            recipient: recipient.map(str::to_owned),
            amount: of_division.or(amount).map(Money::from_pence),
            purpose: None,
            fund,
            theme,
            date: Date::from_ymd(2018, 1, 1).unwrap(),
            reason: text("a slip"),
        })
    })
}

/// What is due on a few days, so that it is received at times, and payments meet it.
fn monitoring(grant: BoxedStrategy<GrantId>) -> impl Strategy<Value = Ask> {
    let due = || (0..4u64).prop_map(|number| day_number(400 + number * 182));
    let names = ["report", "post filled"];
    let expect = (grant.clone(), due(), select(names.to_vec()), any::<bool>());
    let expect = expect.prop_map(|(award, due, name, before_payment)| {
        let what = if name == "report" { DueKind::MonitoringReport } else { DueKind::Milestone };
        Command::Expect { award, due: Due { what, name: text(name), due, before_payment } }
    });
    let name = || prop::option::weighted(0.7, select(names.to_vec()).prop_map(text));
    let paper = prop::option::weighted(0.3, Just(PaperId::new("AP15/2").unwrap()));
    let submit =
        (grant.clone(), due(), name(), day(), paper).prop_map(|(award, due, name, received, paper)| {
            Command::Submit { award, due, name, received, paper, result: text("good") }
        });
    let waive = (grant, due(), name(), day()).prop_map(|(award, due, name, date)| Command::Waive {
        award,
        due,
        name,
        date,
        reason: text("agreed"),
    });
    prop_oneof![3 => expect, 3 => submit, 1 => waive].prop_map(Ask::Do)
}

/// A figure from outside, or a public paper.
fn beside_grants(grant: BoxedStrategy<GrantId>) -> impl Strategy<Value = Ask> {
    let periods = ["2015-16", "2015-16Q1", "2015-04"];
    let figure = (select(THEMES.to_vec()), select(periods.to_vec()), 0..3u8, any::<bool>());
    let figure = figure.prop_map(|(name, period, value, revise)| {
        let period = period.parse().unwrap();
        let indicator = IndicatorKey { theme: theme(name), name: text("incidents"), period };
        let value = value.to_string().parse().unwrap();
        let stated = Indicator { value, unit: None, baseline: None, source: text("elsewhere") };
        Command::SetIndicator { indicator, stated: Box::new(stated), revise }
    });
    let title = prop::option::weighted(0.3, select(vec!["one", "two"]).prop_map(text));
    let paper = (select(vec!["AP15/1", "AP15/2"]), title, decision(), prop::option::of(grant));
    let paper = paper.prop_map(|(id, title, decision, grant)| {
        let (decisions, grants) = (decision.into_iter().collect(), grant.into_iter().collect());
        let id = PaperId::new(id).unwrap();
        Command::RecordPaper(Box::new(PublicPaper { title, decisions, grants, ..PublicPaper::named(id) }))
    });
    prop_oneof![figure, paper].prop_map(Ask::Do)
}

/// The first month that something can be dated in.
pub fn first_month() -> Month {
    Month::parse("2014-01").unwrap()
}

pub fn grant_id(grant: usize) -> GrantId {
    GrantId::new(&format!("G{grant}")).unwrap()
}

fn text(words: &str) -> Text {
    Text::new(words).unwrap()
}

fn theme(name: &str) -> ThemeId {
    ThemeId::new(name).unwrap()
}

/// No decision, mostly; the few there are serve several acts.
fn decision() -> impl Strategy<Value = Option<DecisionId>> {
    prop::option::weighted(0.15, (1..=4u8).prop_map(|n| DecisionId::new(&format!("{n}-2015")).unwrap()))
}

fn day_number(number: u64) -> Date {
    let first = Date::from_ymd(2014, 1, 1).unwrap().naive();
    Date::new(first.checked_add_days(chrono::Days::new(number)).unwrap()).unwrap()
}

/// A day of 2014 to 2017: any, the last of a month, or one of a few, so that days meet.
fn day() -> impl Strategy<Value = Date> {
    prop_oneof![
        3 => (0..1461u64).prop_map(day_number),
        2 => (0..48i32).prop_map(|month| Month::parse("2014-01").unwrap().plus(month).last_day()),
        2 => (0..8u64).prop_map(|n| day_number(300 + n * 91)),
    ]
}

/// A day early enough for something to happen after it.
fn first_day() -> impl Strategy<Value = Date> {
    prop_oneof![
        5 => (0..600u64).prop_map(day_number),
        1 => (0..4u64).prop_map(|n| day_number(300 + n * 91)),
        1 => (0..18i32).prop_map(|month| Month::parse("2014-01").unwrap().plus(month).last_day()),
    ]
}

/// Whole months stated as months or days, or days that cut months; often begun before the award.
fn period() -> impl Strategy<Value = Period> {
    let month = |number: i32| Month::parse("2014-01").unwrap().plus(number);
    let by_month = (0..36i32, 0..18i32, any::<bool>()).prop_map(move |(from, more, stated_days)| {
        let (from, to) = (month(from), month(from + more));
        match stated_days {
            true => (StatedDate::Day(from.first_day()), StatedDate::Day(to.last_day())),
            false => (StatedDate::Month(from), StatedDate::Month(to)),
        }
    });
    let by_day = (0..1000u64, 0..450u64).prop_map(|(from, more)| {
        (StatedDate::Day(day_number(from)), StatedDate::Day(day_number(from + more)))
    });
    prop_oneof![by_month, by_day].prop_map(|(from, to)| Period::new(from, to).unwrap())
}

fn stated_day() -> impl Strategy<Value = StatedDate> {
    (day(), any::<bool>()).prop_map(|(day, whole_month)| match whole_month {
        true => StatedDate::Month(day.month()),
        false => StatedDate::Day(day),
    })
}

fn amount(wrong: bool) -> impl Strategy<Value = Money> {
    let pence = prop_oneof![6 => 1..=60_000i64, 4 => 1..=40i64, 1 => -5..=0i64];
    pence.prop_map(move |pence| Money::from_pence(if wrong { pence } else { pence.max(1) }))
}

fn change() -> impl Strategy<Value = Money> {
    prop_oneof![1 => Just(0i64), 3 => -60_000..=60_000i64, 3 => -30..=30i64].prop_map(Money::from_pence)
}

/// One theme, or two or three by uneven shares.
fn shares() -> impl Strategy<Value = Split> {
    let whole = select(THEMES.to_vec()).prop_map(|name| Split::whole(theme(name)));
    let share = |size: u32| Share::parse(&format!("{}.{:04}", size / 10_000, size % 10_000)).unwrap();
    let shared = (Just(THEMES.to_vec()).prop_shuffle(), 1..=499_999u32, prop::option::of(1..=499_999u32));
    let shared = shared.prop_map(move |(names, first, second)| {
        let mut parts = vec![(theme(names[0]), share(first))];
        parts.extend(second.map(|second| (theme(names[1]), share(second))));
        let rest = Share::WHOLE - first - second.unwrap_or(0);
        parts.push((theme(names[2]), share(rest)));
        Split::shares(parts).unwrap()
    });
    prop_oneof![whole, shared]
}

/// A split over two themes by amounts in pence.
pub fn in_two((first, of_first): (&str, i64), (second, of_second): (&str, i64)) -> Split {
    let parts = [(first, of_first), (second, of_second)];
    Split::amounts(parts.map(|(name, pence)| (theme(name), Money::from_pence(pence))).to_vec()).unwrap()
}

fn receipt() -> impl Strategy<Value = Ask> {
    let kinds = [ReceiptKind::Income, ReceiptKind::ReturnIfUnspent, ReceiptKind::ReturnIfUnspent];
    let fund = select(vec!["cdr", "victims", FundId::UNSTATED]);
    (fund, day(), 1..=300_000i64, select(kinds.to_vec())).prop_map(|(fund, date, pence, kind)| {
        let (fund, amount) = (FundId::new(fund).unwrap(), Money::from_pence(pence));
        let receipt = FundingReceipt { account: None, fund, date, amount, from: None, reference: None, kind };
        Ask::Do(Command::Receive { receipt, occurrence: 1 })
    })
}

fn budget() -> impl Strategy<Value = Ask> {
    let year =
        (2014..=2017).prop_map(|year| FinancialYear::parse(&format!("{year}-{}", year - 1999)).unwrap());
    let of = (select(vec!["cdr", "victims", "no-such-fund"]), select(THEMES.to_vec()), year);
    (of, -1..=100_000i64, any::<bool>()).prop_map(|((fund, name, year), pence, revise)| {
        let budget = BudgetKey { fund: FundId::new(fund).unwrap(), theme: theme(name), year };
        Ask::Do(Command::SetBudget {
            budget,
            amount: Money::from_pence(pence),
            date: None,
            decision: None,
            revise,
        })
    })
}
