//! Classifies decisions and sentences by their words.

use almoner_ledger::decisions::DecisionKind;

use super::pattern::patterns;

/// The meaning of a sentence for the amounts in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cue {
    /// Called a grant or an award.
    Grant,
    /// Funding, without the word grant.
    Funding,
    /// Something else, named.
    Not(&'static str),
    /// Possibly an award, with the reason for doubt.
    Unclear(&'static str),
    None,
}

patterns! {
    /// Grants received by the office, or that are not awards.
    NO_AWARD = r"(?i)\b(?:police|main|formula|council\s+tax(?:\s+\w+)?|specific|home\s+office|government|legacy|revenue\s+support|capital\s+financing)\s+grants?\b|\bgrants?\s+(?:officer|manager|strategy|policy|framework|terms|conditions|register|assurance|management|criteria)\b|\bgrant(?:s|ed|ing)?\s+(?:\w+\s+)?(?:permission|approval|authority|leave|consent|licence|indemnity|planning|delegated|access|exemption|him|her)\b|\b(?:pay|staff|bravery|commendation|costs?)\s+awards?\b|\bawards?\s+(?:ceremony|evening|event|panel|to\s+staff)\b|\bfor\s+granted\b";
    GRANT = r"(?i)\bgrants?\b|\bgrant[- ](?:aid|fund\w*)\b|\bgranted\b|\bgranting\b|\bawards?\b|\bawarded\b|\bawarding\b";
    CEREMONY = r"(?i)\bawards?\s+(?:ceremony|evening|event|night)\b";
    SEVERAL = r"(?i)\bgrants\b|\bawards\s+(?:of|to|totalling)|\bprojects\b|\borganisations\b|\brecipients\b|\beach\b";
    FUNDING = r"(?i)\b(?:fund|funds|funded|funding|allocat\w+|provid\w+|donat\w+|sponsor\w*|supports?|supported|giv(?:e|es|en|ing)|made\s+available|financial\s+support)\b";
    CONTRIBUTION = r"(?i)\bcontribut(?:e|es|ed|ing|ions?)\b";
    FROM_A_FUND = r"\b(?:from|out of|through|under|using)\s+(?:the|his|her|its)\s+[^.;:£]{3,80}?(?:Fund|Grant|fund|grant)\b";
    SPENDING = r"(?i)\b(?:subscription|membership|levy|affiliation|fees?|apportion\w*|recharge\w*|capital\s+programme|precept|salar\w+|remuneration|appoint\w*|collaborat\w*|section\s+22|s\.?22a?|overtime|estates?|refurbish\w*|vehicles?|fleet|insurance|audit\w*|loans?|consultan\w*|council\s+tax|budget\s+requirement|reserves?|treasury|pension\w*|settlement|compensation|shares?\s+of|one-off\s+cost|licen[cs]e|software)\b";
    CONTRACT = r"(?i)\bcontract(?:s|ed|or|ual)?\b|\btender(?:s|ed|ing)?\b|\bprocur\w+|\bpreferred\s+(?:bidder|supplier)\b|\blease\b|\bpurchase\s+order\b";
    CONTRACT_GIVEN = r"(?i)\b(?:award\w*|let|letting|enter\w*|sign\w*|approv\w*|agree\w*|extend\w*|extension|renew\w*|vary|variation)\b[^.;£]{0,50}\b(?:contract|tender|lease|framework|preferred\s+(?:bidder|supplier))\b|\bcontract\s+(?:award|with|to)\b|\bcontract\b[^.;£]{0,80}\b(?:be|been|was|is)\s+(?:awarded|let|signed|entered)\b|\bcontract\s+for\b[^.;]{0,80}\bawarded\b";
    INCOMING = r"(?i)\b(?:pcc|opcc|commissioner|constabulary|police|office|he|she|we|to|agreed|suffolk)\s+(?:(?:has|have|had|will|to|agreed|also|recently|successfully|can|may)\s+){0,4}(?:receiv\w+|accept\w*|secur\w+|bid(?:ding)?\s+for|appl(?:y|ied|ying)\s+for)\s+(?:of\s+)?(?:[\w']+\s+){0,4}?(?:grants?|funding|award|money|monies|£)|\b(?:acceptance|receipt)\s+of\s+(?:[\w']+\s+){0,4}?(?:grants?|funding|award|money|£)|\b(?:pcc|opcc|commissioner|constabulary|police|office)\s+(?:(?:has|have|had)\s+been|was|were|will\s+be)\s+(?:awarded|granted|allocated|successful)|\b(?:grants?|funding|award|£[\d,.]+)\s+(?:[\w']+\s+){0,3}?(?:from|by)\s+(?:the\s+)?(?:home\s+office|government|dclg|european|cabinet\s+office|department|lottery|college\s+of)";
    MATCHED = r"(?i)\b(?:receipt\s+of\s+)?match(?:ed|ing)?[- ]fund(?:ing|s)?(?:\s+of\s+£[\d,.]+)?";
    /// Given by another body.
    OTHERS_GIVE = r"(?i)\b(?:home\s+office|ministry\s+of\s+justice|government|cabinet\s+office|dclg|lottery|college\s+of\s+policing|secretary\s+of\s+state)\s+(?:(?:has|have|had|will|would|recently|also|previously)\s+){0,3}(?:awarded?|granted?|allocated?|provided?|given?|gave|made|announced)\b";
    NOTED = r"(?i)\bnot(?:ed|es)\s+(?:that|the)\b";
    AND_AGREED = r"(?i)\band\s+(?:(?:has|have|had|also|therefore|accordingly)\s+){0,3}(?:agree[ds]?|approve[ds]?|authorise[ds]?|award(?:s|ed)|decide[ds]?|resolve[ds]?)\b";
    APPLICATION_APPROVED = r"(?i)\b(?:approv\w+|agree[ds]?|grant(?:ed|s)?|support(?:ed|s)?|accept(?:ed|s)?)\b[^.;£]{0,30}\b(?:application|bid|request)\b";
    ASKING = r"(?i)\b(?:application|request|bid|proposal|recommendation|report)\b";
    INTENDED = r"(?i)\bin\s+principle\b|\bminded\s+to\b|\bintend(?:s|ed)?\s+to\b|\bproposes?\s+to\b|\bproposed\b|\bprovisional(?:ly)?\b|\bsubject\s+to\s+(?:approval|contract|confirmation|funds|funding)\b|\binvit\w+\s+(?:bids|applications|expressions)\b|\bdelegat\w+|\bwould\s+consider\b|\bapplications?\s+(?:are|is)\s+invited\b|\bpending\b|\brecommend\w*|\bunderwrit\w+";
    REFUSED = r"(?i)\b(?:agreed|decided|resolved|determined|chose|chosen)\s+not\s+to\b|\bdeclin\w+|\brefus\w+|\breject\w+|\bunsuccessful\b|\bturned\s+down\b|\bdid\s+not\s+(?:support|approve|agree|award|grant)\b|\bnot\s+(?:been\s+)?(?:approved|supported|successful|awarded|agreed)\b|\bnot\s+(?:to\s+)?(?:award|approve|support)\b|\bunable\s+to\s+(?:support|fund|award)\b|\bno\s+(?:grant|award)\b|\b(?:deferred|defer)\b|\bdo(?:es)?\s+not\s+(?:award|approve|support)\b";
    REQUESTED = r"(?i)\bnoted\b|\bnotes\s+(?:the|that)\b|\bconsider(?:ed|s|ing)?\b[^.;]{0,60}\b(?:application|request|bid|proposal)\b|\b(?:application|request|bid)\s+(?:was|has\s+been|had\s+been)\s+(?:received|made|submitted)\b|\breceived\b[^.;]{0,40}\b(?:application|request|bid|proposal)\b";
    REQUESTED_AMOUNT = r"(?i)\b(?:application|request|bid|proposal|submission)s?\b[^.;£]{0,110}\b(?:for|of|totalling)(?:\s+(?:a|an|the|grant|award|sum|funding|contribution|total|of))*\s*$|\b(?:applied|asked|asks|requested|requests|sought|seeks|seeking|bid)\b[^.;£]{0,90}$";
    REQUEST = r"(?i)\b(?:application|request|bid)s?\b|\b(?:applied|asked|requested|sought|approached)\b";
    APPROVED_BEFORE = r"(?i)\b(?:approv\w+|agree[ds]?|agreeing|grant(?:ed|s)?|accept(?:ed|s)?|support(?:ed|s)?)\b[^.;£]{0,30}$";
    DECIDED = r"(?i)\b(?:agree[ds]?|agreeing|approv(?:e|es|ed|al|ing)|award(?:s|ed|ing)?|grant(?:ed|ing)|decided|authoris\w+|allocat\w+|accept(?:s|ed)|endorsed|resolved|confirmed|fund(?:s|ed)?|provid(?:e|es|ed|ing)|support(?:ed|s)|made|make|will\s+receive)\b";

    CHANGE_OF_PURPOSE = r"(?i)\bpurpose\s+of\s+(?:the|its|their|this|an?)\s+[^.;£]{2,80}\bchang(?:es|ed|ing)\b|\bchang\w*\s+(?:of|in|to)\s+(?:the\s+|its\s+)?(?:\w+\s+){0,2}?(?:purpose|use)\b|\bre-?purpos\w*|\b(?:different|alternative|revised|new)\s+purposes?\b|\b(?:vary|varied|varying|variation\s+(?:of|to|in)|amend\w*|revis\w*|alter\w*|redefin\w*|chang\w+)\s+(?:\w+\s+){0,4}?(?:purpose|use)\b|\b(?:grant|funding|award|£[\d,.]+)\b[^.;]{0,110}\bbe\s+(?:re-?directed|re-?purposed|diverted|re-?used|used\s+instead|used\s+for\s+(?:a\s+|an\s+)?(?:new|different|other|another|alternative))\b|\b(?:re-?direct(?:ing|ion)?|divert(?:ing)?|re-?purpos\w+)\s+(?:of\s+)?(?:the|its|this|that|£)[^.;]{0,60}\b(?:grant|funding|award|£?[\d,]+)\b|\buse\s+of\s+(?:the|its|their)\s+(?:existing\s+|previous\s+)?(?:[\w']+\s+){0,3}?(?:grant|funding)\s+(?:for\s+(?:a|another)|differently)";
    /// Use of money already granted.
    USED = r"(?i)\b(?:uses|using)\s+(?:the|its|their|this)\s+(?:[\w']+\s+){0,2}?(?:grant|funding|money|award)\s+(?:for|to|towards|on)\b|\b(?:can|may|could|should|might|shall|be\s+able\s+to|to)\s+(?:now\s+|instead\s+|also\s+)?be\s+(?:now\s+|instead\s+)?(?:used|spent|applied|put|utilised)\b|\bwill\s+(?:now|instead)\s+be\s+(?:used|spent|applied|put|utilised)\b|\bbe\s+(?:now\s+|instead\s+)?(?:used|spent|applied|put|utilised)\s+(?:for|to|towards|on|instead)\b|\b(?:to|can|may|could)\s+(?:instead\s+|now\s+)?(?:use|utilise|spend|apply)\s+(?:the|its|their|this|these|that|£)\s?(?:[\w',.£]+\s+){0,4}?(?:grant|funding|money|monies|award|sum|£?[\d,]+)\b";
    EARLIER_GRANT = r"(?i)\b(?:previous(?:ly)?|original(?:ly)?|earlier|existing|remaining|unspent|remainder|underspend|already)\b[^.;]{0,60}\b(?:grants?|award(?:ed|s)?|funding|funded|allocat\w+|£)|\b(?:awarded|granted|given|gave|funded)\b[^.;]{0,80}\bin\s+(?:\w+\s+)?20\d\d\b|\bin\s+(?:\w+\s+)?20\d\d\b[^.;]{0,60}\b(?:awarded|granted|given|gave|grant|funded)\b";
    REFUSED_USE = r"(?i)\b(?:may|can|must|shall|should|will)\s*not\s+be\s+(?:used|spent|applied|put|re-?directed|diverted)\b";
    OF_PREMISES = r"(?i)\b(?:planning|premises|buildings?|land|station|site|property)\b";
    WITHDRAWAL = r"(?i)\b(?:withdraw\w*|withdrew|terminat\w+|rescind\w*|revok\w+|cancel\w*|discontinu\w+)\s+(?:of\s+)?(?:(?:the|its|this|a|all|an)\s+)?(?:[\w',.£]+\s+){0,4}?(?:grant|funding|award)\b|\b(?:grant|funding|award)\b[^.;]{0,60}\b(?:be|been|is|was)\s+(?:withdrawn|terminated|rescinded|revoked|cancelled|discontinued)\b";
    EXTENSION = r"(?i)\bexten(?:d|ds|ded|ding|sion)\s+(?:of\s+|to\s+|in\s+)?(?:the\s+|its\s+|their\s+|this\s+|an?\s+|existing\s+|current\s+)*(?:[\w']+\s+){0,5}?(?:grants?|funding|award|period|end\s+date|deadline|spending\s+period|time)\b|\b(?:grant|funding|award|grant\s+agreement|grant\s+period)\b[^.;]{0,60}\b(?:be|is|was|been)\s+extended\b";
    VARIATION = r"(?i)(?:£[\d,.]+|\b(?:grant|award|funding|allocation|money))\b[^.;]{0,60}\b(?:moved?|transferred|re-?allocated|vired)\s+from\s+[^.;]{2,80}\s+to\b|\b(?:mov(?:e|es|ing)|transfer(?:ring)?|re-?allocat(?:e|es|ing)|vir(?:e|es|ing))\s+(?:the\s+(?:grant|award|funding)|£[\d,.]+)\s+from\s+[^.;]{2,80}\s+to\b|\b(?:increas(?:e|es|ed|ing)|reduc(?:e|es|ed|ing)|decreas(?:e|es|ed|ing)|uplift(?:s|ed)?|var(?:y|ies|ied|iation)|top(?:ping)?[- ]up|supplement(?:s|ed|ing)?|amend(?:s|ed|ing|ment)?)\s+(?:of\s+|in\s+|to\s+|up\s+)?(?:the|its|their|this|an?|existing|current)\s+(?:[\w']+\s+){0,4}?(?:grant|funding|award)\b|\b(?:grant|award|funding)\b[^.;£]{0,40}\b(?:be|is|was|been)\s+(?:increased|reduced|decreased|varied|uplifted|topped\s+up)\b|\b(?:grant|award|funding)\b[^.;]{0,120}\bbe\s+(?:increased|reduced|decreased|cut)\s+(?:to|by|from)\b|\bvariation\s+(?:to|of)\s+(?:\w+\s+){0,2}?(?:grant|award)\b|\b(?:bringing|making|taking|increasing)\s+(?:the|its|a)\s+(?:\w+\s+){0,3}?(?:total|grant|award|funding)\b|\b(?:increas|reduc)(?:e|ed|ing)\b[^.;]{0,40}\bby\s+£";
    NOT_OF_A_GRANT = r"(?i)\b(?:contract|lease|collaborat\w*|appointment|secondment|tenancy|section\s+22|agreement\s+with\s+the\s+chief)\b";
    FURTHER = r"(?i)\b(?:additional|further|extra|second|top[- ]up|supplementary)\s+(?:[\w-]+\s+){0,2}?(?:grant|funding|award|sum|payment|£|contribution|support|allocation)";
    NAMES_AN_AWARD = r"(?i)\b(?:award\w*|approv\w*|agree\w*|mak(?:e|es|ing)|made|provid\w*)\s+(?:to\s+)?(?:the\s+)?(?:award\s+of\s+|provide\s+|make\s+|award\s+)?(?:a|an|the)?\s*(?:[\w'-]+\s+){0,6}?(?:grants?|funding|award)(?:\s+funding)?\s+(?:to|for)\s+(?:the\s+)?$";
    OFFICIAL = r"(?i)\b(?:police|constabulary|chief\s+constable|npcc|acpo|apcc|company|ltd|limited|plc|llp|home\s+office|college\s+of\s+policing|national|reserve|association\s+of\s+p|budget|programme|crown|hmic|council\s+tax|force|capital|ict)\b";
    TITLE_GRANT = r"(?i)\b(?:grants?|award|funding)\b";
}

/// Money that may be a grant or the office's share of a cost.
pub(super) const A_CONTRIBUTION: &str = "a contribution, not called a grant";

/// Classifies a sentence; `title` is that of the decision.
pub(super) fn cue(sentence: &str, title: &str) -> Cue {
    let of_awards = NO_AWARD.replace_all(sentence, " ");
    let is_grant = GRANT.is_match(&of_awards);
    // Match funding received by another body is not money of the office.
    if INCOMING
        .find(&MATCHED.replace_all(sentence, " "))
        .is_some_and(|found| !ASKING.is_match(found.as_str()))
    {
        return Cue::Not("money received by the office");
    }
    if OTHERS_GIVE.is_match(sentence) && !AND_AGREED.is_match(sentence) {
        return Cue::Not("money given by another body");
    }
    if CONTRACT_GIVEN.is_match(sentence) {
        return Cue::Not("a contract");
    }
    let title_is_grant = TITLE_GRANT.is_match(&NO_AWARD.replace_all(title, " ")) && !CONTRACT.is_match(title);
    let is_called_grant = is_grant || title_is_grant;
    if INTENDED.is_match(sentence) && (is_called_grant || FUNDING.is_match(sentence)) {
        return Cue::Unclear("may not have been decided yet");
    }
    let is_of_money = is_called_grant || sentence.contains('£') || FUNDING.is_match(sentence);
    if is_of_money && REQUESTED.is_match(sentence) && !decides(sentence) {
        return Cue::Unclear("the amount is only requested");
    }
    if CONTRACT.is_match(sentence) && !is_grant {
        return Cue::Not("a contract");
    }
    if is_called_grant {
        return Cue::Grant;
    }
    if FUNDING.is_match(&of_awards) && !CEREMONY.is_match(sentence) || APPLICATION_APPROVED.is_match(sentence)
    {
        if SPENDING.is_match(sentence) {
            return Cue::Not("a cost, not called a grant");
        }
        if !CONTRIBUTION.is_match(sentence) || FROM_A_FUND.is_match(sentence) {
            return Cue::Funding;
        }
    }
    if CONTRIBUTION.is_match(sentence) {
        return Cue::Not(A_CONTRIBUTION);
    }
    Cue::None
}

/// True if something is decided after a request.
fn decides(sentence: &str) -> bool {
    if NOTED.is_match(sentence) {
        return AND_AGREED.is_match(sentence);
    }
    REQUESTED.find(sentence).is_none_or(|request| {
        let mut after = request.end();
        while !sentence.is_char_boundary(after) {
            after += 1;
        }
        DECIDED.is_match(&sentence[after..])
    })
}

/// True if an award is refused or deferred.
pub(super) fn refuses(text: &str) -> bool {
    REFUSED.is_match(text)
}

/// True if the text states a change of purpose.
pub(super) fn changes_purpose(text: &str) -> bool {
    CHANGE_OF_PURPOSE.is_match(text)
        && !REFUSED_USE.is_match(text)
        && (GRANT.is_match(text) || FUNDING.is_match(text) || !OF_PREMISES.is_match(text))
}

/// True if an earlier grant is put to use, as in a change of purpose.
pub(super) fn uses_an_earlier_grant(text: &str) -> bool {
    USED.is_match(text) && EARLIER_GRANT.is_match(text) && !REFUSED_USE.is_match(text)
}

/// True if the words before an amount make it an amount requested.
pub(super) fn is_requested_amount(before: &str) -> bool {
    REQUESTED_AMOUNT.find(before).is_some_and(|request| !APPROVED_BEFORE.is_match(&before[..request.start()]))
}

pub(super) fn has_request(text: &str) -> bool {
    REQUEST.is_match(text)
}

/// Returns the changes to an earlier grant that a text may state, the weightiest first.
pub(super) fn changes(text: &str) -> impl Iterator<Item = DecisionKind> {
    let kinds = [
        (&WITHDRAWAL, DecisionKind::Withdrawal),
        (&VARIATION, DecisionKind::Variation),
        (&EXTENSION, DecisionKind::Extension),
    ];
    let is_of_a_grant = !NOT_OF_A_GRANT.is_match(text);
    let stated = kinds.into_iter().filter(move |(words, _)| is_of_a_grant && words.is_match(text));
    stated.map(|(_, kind)| kind)
}

/// Finds words by which an amount may add to an earlier grant.
pub(super) fn further(text: &str) -> Option<&str> {
    FURTHER.find(text).map(|found| found.as_str().trim_end_matches(['£', ' ']))
}

/// True when more than one award may be meant.
pub(super) fn is_of_several(sentence: &str) -> bool {
    SEVERAL.is_match(&NO_AWARD.replace_all(sentence, " "))
}

/// True for bodies that money goes to without a grant, unless it is called one.
pub(super) fn is_official(name: &str) -> bool {
    OFFICIAL.is_match(name)
}

/// True when the words before a name make a grant to it.
pub(super) fn makes_a_grant(before: &str) -> bool {
    NAMES_AN_AWARD.is_match(before)
}
