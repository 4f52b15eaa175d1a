//! Amounts in prose, classified by the words around them.
//!
//! An amount counts only if it is written in full and nothing near it marks it as an estimate, a
//! limit, a rate or an amount of something else: precision before completeness.

use almoner_ledger::money::Money;

use super::pattern::patterns;

/// The role of an amount, by the words around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The amount given.
    Plain(Money),
    /// Not exact or not the whole, with the reason.
    Doubtful(&'static str),
    /// An amount of something else, named.
    Other(&'static str),
}

/// An amount in a text, with its position in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) role: Role,
}

/// A month or a year in the past, as text has them.
const WHEN: &str = r"(?:(?:early|late|mid)[\s-]+)?(?:(?:january|february|march|april|may|june|july|august|september|october|november|december)\s+)?20\d\d(?:\s?[/–-]\s?(?:20)?\d\d)?";

patterns! {
    AMOUNT = r"£\s?[\d,]*\d(?:\.\d+)?(?:\s?(?i:k|m|bn|million|thousand|billion|mn|hundred)\b)?";
    SHORT = r"(?i)[a-z]$";
    /// Directly after: the number may go on, also on the next line or in the next cell.
    MORE_DIGITS = r"^(?:[ ]\d{3}\b|[ ]\d{1,3},\d{3}\b|\s*,\s*\d{3}\b|\s?\.\s?\d\d?\b|\s*,\s*$|[.,]\d|\d|[a-zA-Z]|\s?[-–/]\s?£?\d|\s+(?:to|or)\s+£)";
    UP_TO_HERE = r"£[\d,.]+\s?(?:[-–/]|to|or)\s*$";

    /// Directly before: not exact.
    INEXACT = r"(?i)(?:\bup\s+to|\bmaximum|\bapproximate(?:ly)?|\bapprox\.?|\baround|\babout|\bcirca|\bca?\.|\bestimate[sd]?|\bestimating|\bestimated\s+(?:\w+\s+){0,3}|\bregion\s+of|\broughly|\bsome|\bnearly|\balmost|\bat\s+least|\bminimum|\bover|\bmore\s+than|\bless\s+than|\bunder|\bnot?\s+exceed(?:ing)?|\bexceeding|\bbetween|\banticipated|\bexpected|\bindicative|\bprojected|\bpotential(?:ly)?|\bforecast|\blimit(?:ed)?|\bcapped|\bcap|~|\bc)(?:\s+(?:a|an|the|of|total|overall|sum|annual|cost|costs|costing|to|be|is|are|at|grant|award|funding|amount|maximum|budget|value|approximately|around|about))*\s*$";
    INEXACT_AFTER = r"(?i)^\s*\(?\s*(?:approx|estimate|est\b|at\s+most|maximum|max\b|tbc|to be confirmed|or\s+(?:so|less|more)\b|\(?subject\s+to)";
    VAT = r"(?i)^\s*\(?\s*(?:\+|plus|inc|incl|including|inclusive\s+of|exc|excl|excluding|exclusive\s+of|net\s+of|ex)\.?\s*vat\b";
    RATE = r"(?i)^\s*\(?\s*(?:each\b|per\b|a\s+(?:year|month|week|day|head)\b|annually|p\.?\s?a\b|every\b|monthly|yearly|weekly|apiece|in\s+each|for\s+each|/\s?[a-z]|quarterly|to each)|^\s*(?:grant|award|funding)?\s*(?:per\s+(?:annum|year)|each\s+year|every\s+year)";
    RATE_BEFORE = r"(?i)\b(?:annual|yearly|monthly|each\s+year|per\s+year|per\s+annum|each|instalments?|tranches?|tranche)(?:\s+(?:a|an|the|of|sum|grant|payments?|award|funding|amount|at))*\s*$";

    /// Directly before: an amount of something else.
    MATCHED = r"(?i)\bmatch(?:ed|ing)?(?:[- ]fund(?:ing|ed|s)?)?(?:\s+(?:contribution|funding|by|with|of|at|to|an?|the|further|additional|cash|from|\w+\s+of))*\s*$";
    COST = r"(?i)\b(?:cost|costs|costing|priced?|valued?|worth|turnover|income|reserves?|sav(?:e|es|ed|ing|ings)|underspend|overspend|expenditure|spend|spending|salary|salaries|fees?|rent|precept|tax|charge|invoice|fine|budget|pot|surplus|deficit|loan|losses|damages|compensation|band\s+d|contracts?|tender|bid|purchase|price|shortfall|balance|carry\s*forward)(?:\s+\w+){0,3}?(?:\s+(?:of|at|to|is|was|by|being|are|for|stands?\s+at|totall?ing|will\s+be|would\s+be))*:?\s*$";
    TOTAL = r"(?i)\b(?:bringing|making|taking|giving|increasing|raising|brings?|takes?|makes?)\b[^.;£]{0,60}\btotal\b[^.;£]{0,40}\b(?:to|of|at)\s*$|\b(?:bringing|taking|increasing|raising)\b[^.;£]{0,60}\bto\s*$";
    GRANT_OF_VALUE = r"(?i)\bto\s+the\s+value\s+of\s*$|\bvalue\s+of\s+the\s+(?:grant|award|funding)(?:\s+(?:is|was|will\s+be))?\s*$";
    EARLIER = r"(?i)\b(?:original(?:ly)?|previous(?:ly)?|existing|earlier|initial(?:ly)?|last\s+year'?s?|already|current|remaining|unspent|unused|outstanding|returned|repaid|repay(?:ment)?|refund(?:ed)?|recovered|reclaim(?:ed)?|saved)(?:\s+(?:a|an|the|of|sum|grant|award|awarded|funding|amount|agreed|was|received|balance|provided|allocation|granted|given))*\s*$";
    /// Before the amount: an earlier award.
    EARLIER_BEFORE = &format!(r"(?i)\b(?:following|further\s+to|in\s+addition\s+to|after|since)\s+(?:(?:the|a|an|its|their|his|her)\s+)?(?:[\w']+\s+){{0,4}}?(?:award|grant|allocation)(?:\s+of)?(?:\s+(?:a|an|the|grant|sum|of))*\s*$|\b(?:in|during|since|under)\s+(?:{WHEN}|decision\s+\S+),?\s[^.;£]{{0,60}}\b(?:awarded|gave|given|granted|provided|approved|funded|allocated|made|received|agreed)\b[^.;£]{{0,80}}$");
    DECIDED_NOW = r"(?i)\b(?:has|have)\s+(?:\w+\s+)?(?:agreed|awarded|decided|approved|granted|provided|allocated|made)\b|\b(?:agree[ds]?|decided|resolved)\s+(?:to|that)\b";
    /// After the amount: an earlier award.
    EARLIER_AFTER = &format!(r"(?i)^(?:\s+(?:grant|award|funding))?,?\s+(?:(?:which|that)\s+)?(?:(?:was|had\s+been)\s+)?(?:(?:previously|already|originally)\s+(?:awarded|granted|given|made|provided|paid|allocated)\b|(?:awarded|granted|given|made|provided|paid|allocated)\b[^.;£]{{0,80}}\b(?:in|on|during)\s+(?:{WHEN}|decision\b)|(?:in|on|during)\s+(?:{WHEN}|decision)\b[^.;£]{{0,30}}\bfor\s+a\s+pilot)");
    /// The date of this decision, or of an earlier one.
    APPROVED_AT_A_TIME = &format!(r"(?i)^[^.;£]{{0,80}}\b(?:was|were|had\s+been)\s+(?:approved|agreed|awarded|granted|made|given)\s+(?:in|on|during)\s+(?:\d{{1,2}}\s+)?{WHEN}");
    SIMPLE_PAST = r"(?i)\b(?:pcc|commissioner|had|was|were|he|she)\s+(?:previously\s+)?(?:been\s+)?(?:awarded|gave|given|granted)\b[^.;£]{0,80}$";
    AT_A_TIME = &format!(r"(?i)^[^.;£]{{0,80}}\bin\s+{WHEN}");
    /// An existing grant is used; a new one is awarded.
    OF_THE_GRANT = r"(?i)\b(?:the|its|their|this|that)\s+(?:[\w']+\s+){0,2}?(?:(?:grant|award|funding|sum)\s+(?:of\s+)?)?$";
    TO_BE_USED = r"(?i)^[^.;£]{0,100}?\b(?:(?:can|may|could|should|might|now|instead)\s+(?:now\s+|instead\s+)?be|be|can\s+use|may\s+use)\s+(?:now\s+|instead\s+)?(?:used|spent|applied|put|utilised|re-?directed|diverted)\b";
    OUR_CONTRIBUTION = r"(?i)\b(?:agree[ds]?|agreeing|approv\w+|award\w*|mak(?:e|es|ing)|made|provid\w+|granted|pcc|commissioner)\b[^.;£]{0,60}\bcontribut(?:e|ed|es|ing|ions?)(?:\s+(?:of|a|an|the|sum|further))*\s*$";
    OUT_OF = r"(?i)\b(?:out\s+of|of|from)\s+(?:a|an|the|his|her|this|that|its)\s+(?:total\s+(?:of\s+)?|overall\s+|annual\s+)?$";
    REQUESTED = r"(?i)\b(?:requests?|requested|requesting|applied|seeking|sought|asked|asking|bid|bidding)(?:\s+(?:for|a|an|the|of|sum|grant|award|funding|amount|total|to|pcc|commissioner))*\s*$";
    CHANGED_FROM = r"(?i)\bfrom\s*$";
    GAVE = r"(?i)\b(?:contribut(?:e|es|ed|ing|ions?)|raise[sd]?|raising|received|secured?)(?:\s+(?:of|a|an|the|further|about))*\s*$";
    DEFINITE = r"(?i)\b(?:the|its|their|this|that|his|her)\s*$";
    DEFINITE_AFTER = r"(?i)^\s*(?:grant|award|funding|which|that|already|previously|originally|given|awarded|allocated|from\s+20)\b";
    PARTS = r"(?i)^\s*,?\s*(?:of\s+which|including|which\s+includes|made\s+up\s+of|comprising|split|shared?\s+(?:between|equally)|divided|between\s+(?:the\s+)?[a-z\d]|across|among(?:st)?)\b";
    FROM_OTHERS = r"^\s*(?:(?:is|was|will be|being)\s+)?(?:(?:match\s+)?funding\s+)?(?:(?:provided|contributed|funded|paid|met|raised|given|donated)\s+)?(?:from|by)\s+(?:the\s+)?((?:[A-Z][\w']*\s?(?:(?:and|of|&)\s)?)+)";
    RAISED = r"(?i)^\s*(?:(?:is|was|has\s+been|have\s+been|had\s+been|will\s+be|being)\s+)(?:already\s+)?(?:raised|secured|contributed|donated|provided\s+by|paid\s+by|met\s+by|met\s+from|found)\b";
    PCC_FUND = r"(?i)\b(?:fund|funds|grant|grants|budget|reserves?|pcc|commissioner|commissioner's|opcc|ministry|moj|home\s+office|funding|april|may|june|july|august|september|october|november|december|january|february|march)\b";
    COSTS_AFTER = r"(?i)^\s*(?:contract|tender|loan|budget|reserves?|precept|salary|savings?|fine|invoice|underspend|shortfall|cost|purchase|price)\b";
}

/// The role of an amount whose parts follow it.
pub(super) const SHARED_OUT: &str = "divided into parts";

/// The role of an amount awarded earlier.
pub(super) const EARLIER_GRANT: &str = "an earlier grant or the balance of one";

/// Returns the amounts of a text, in order.
pub(super) fn mentions(text: &str) -> Vec<Mention> {
    let found = AMOUNT.find_iter(text).map(|amount| {
        let before = tail(&text[..amount.start()]);
        let after = head(&text[amount.end()..]);
        Mention { start: amount.start(), end: amount.end(), role: role(before, amount.as_str(), after) }
    });
    found.collect()
}

/// Number of bytes before and after an amount that decide its role.
const NEAR: usize = 120;

fn tail(text: &str) -> &str {
    let mut from = text.len().saturating_sub(NEAR);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    &text[from..]
}

fn head(text: &str) -> &str {
    let mut to = text.len().min(NEAR);
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    &text[..to]
}

fn role(before: &str, amount: &str, after: &str) -> Role {
    use Role::{Doubtful, Other};
    if MORE_DIGITS.is_match(after) {
        return Doubtful("it can be read in more than one way");
    }
    if UP_TO_HERE.is_match(before) {
        return Doubtful("one end of a range");
    }
    for (pattern, side, role) in [
        (&INEXACT_AFTER, after, Doubtful("an estimate or a limit")),
        (&RATE, after, Doubtful("a rate, not a total")),
        (&VAT, after, Doubtful("includes or excludes VAT, which does not apply to grants")),
        (&PARTS, after, Doubtful(SHARED_OUT)),
        (&COSTS_AFTER, after, Other("a cost or a budget")),
        (&RAISED, after, Other("someone else's money")),
        (&TOTAL, before, Other("a total that includes an earlier amount")),
        (&INEXACT, before, Doubtful("an estimate or a limit")),
        (&RATE_BEFORE, before, Doubtful("a rate, not a total")),
        (&MATCHED, before, Other("match funding")),
        (&EARLIER, before, Other(EARLIER_GRANT)),
        (&EARLIER_AFTER, after, Other(EARLIER_GRANT)),
        (&REQUESTED, before, Other("the amount requested")),
        (&COST, before, Other("a cost or a budget")),
        (&OUT_OF, before, Other("the total it is part of")),
        (&CHANGED_FROM, before, Other("the previous amount")),
    ] {
        if pattern.is_match(side) && !GRANT_OF_VALUE.is_match(before) {
            return role;
        }
    }
    if EARLIER_BEFORE.find(before).is_some_and(|earlier| !DECIDED_NOW.is_match(earlier.as_str())) {
        return Other(EARLIER_GRANT);
    }
    if GAVE.is_match(before) && !OUR_CONTRIBUTION.is_match(before) {
        return Other("someone else's money");
    }
    if DEFINITE.is_match(before) && DEFINITE_AFTER.is_match(after)
        || OF_THE_GRANT.is_match(before) && TO_BE_USED.is_match(after)
    {
        return Other(EARLIER_GRANT);
    }
    if SIMPLE_PAST.is_match(before) && AT_A_TIME.is_match(after) || APPROVED_AT_A_TIME.is_match(after) {
        return Doubtful("may belong to an earlier award");
    }
    if let Some(giver) = FROM_OTHERS.captures(after)
        && !PCC_FUND.is_match(&giver[1])
    {
        // The name of a fund may continue in lower case.
        let rest = &after[giver.get(0).map_or(0, |all| all.end())..];
        if !rest.split([',', '.', ';']).next().is_some_and(|clause| PCC_FUND.is_match(clause)) {
            return Other("someone else's money");
        }
    }
    if SHORT.is_match(amount) {
        return Doubtful("abbreviated, may be rounded");
    }
    match Money::parse(&amount.replace(' ', "")) {
        Ok(amount) if amount.is_positive() => Role::Plain(amount),
        _ => Doubtful("it can be read in more than one way"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_around_an_amount_decide_its_role() {
        for (text, expected) in [
            ("a grant of £18,467 to X", "18467.00"),
            ("£441.50.", "441.50"),
            ("£ 30,000, paid", "30000.00"),
            ("a total of £8,000 for", "8000.00"),
            ("up to £20,000", "?"),
            ("a maximum of £20,000", "?"),
            ("approximately £5,000", "?"),
            ("an estimated cost of £10,400", "?"),
            ("£10,400 (estimate)", "?"),
            ("c.£5,000 and c £6,000", "? ?"),
            ("£10,000 per year for three years", "?"),
            ("£10,000 p.a.", "?"),
            ("£5,000 each", "?"),
            ("£1.2m and £5k and £3 million", "? ? ?"),
            ("£31,78 or £18 467", "? ?"),
            ("£9, 500", "?"),
            ("£334, 818 to X", "?"),
            ("£1,250, 000", "?"),
            ("£9 ,500", "?"),
            ("£1 2,500", "?"),
            ("£12. 50 to X", "?"),
            ("£12 .50", "?"),
            ("£9,", "?"),
            ("£9, and £500 for", "9.00 500.00"),
            ("£9, 50 places", "9.00"),
            ("£5,000, 2015-16", "5000.00"),
            ("£5,000 in 500 places", "5000.00"),
            ("£5,000-£10,000", "? ?"),
            ("£5,000 to £10,000", "? ?"),
            ("£40,000 of which £10,000", "? 10000.00"),
            ("£12,000 plus VAT", "?"),
            ("match funding of £5,000", "-"),
            ("matched by £5,000 from the council", "-"),
            ("total project cost of £40,000", "-"),
            ("an additional £3,000, bringing the total to £13,000", "3000.00 -"),
            ("the original grant of £25,000", "-"),
            ("the £25,000 grant awarded in 2014", "-"),
            ("increase from £5,000 to £6,000", "? ?"),
            ("an application for £7,000", "7000.00"),
            ("had requested £9,000", "-"),
            ("£5,000 from Suffolk County Council", "-"),
            ("£5,000 from the Crime and Disorder Reduction Fund", "5000.00"),
            ("£5,000 from the Safer Streets fund", "5000.00"),
            ("a precept of £166.77", "-"),
            ("out of a £50,000 budget", "-"),
            ("a contract worth £60,000", "-"),
            ("following the award of £20,000 in 2013", "-"),
            ("In February 2014 the PCC awarded £16,500 to X", "-"),
            ("In April 2015 X closes, so the PCC has agreed to award £5,000", "5000.00"),
            ("the PCC awarded £16,500 to X in February 2014", "?"),
            ("agreed that the grant of £25,000 can be used", "-"),
            ("a grant of £25,000 awarded to X in 2014 may be used", "-"),
            ("agreed to make a contribution of £500", "500.00"),
            ("X will make a contribution of £500", "500.00"),
            ("the club has a contribution of £500", "-"),
            ("of which £1,500 has been raised by parishes", "-"),
            ("the value of the grant is £500", "500.00"),
        ] {
            let found: Vec<String> = mentions(text)
                .iter()
                .map(|mention| match mention.role {
                    Role::Plain(amount) => amount.to_string(),
                    Role::Doubtful(_) => "?".to_owned(),
                    Role::Other(_) => "-".to_owned(),
                })
                .collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }
}
