//! Reference data: themes, funds, indicators and public papers.

use serde::{Deserialize, Serialize};

use super::{About, Acts, Kind, Needs, Reversal};
use crate::calendar::Date;
use crate::funds::{Fund, FundId};
use crate::indicators::{Indicator, IndicatorKey};
use crate::papers::PublicPaper;
use crate::policy::Act;
use crate::text::Text;
use crate::themes::{Theme, ThemeId};

const NEEDS: Needs<'_> = Needs::Acts(Acts::Plain(Act::Reference));

/// A theme's new name. Posts nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThemeRenamed {
    pub id: ThemeId,
    pub name: Text,
    pub from: Date,
}

/// A fund's new name. Posts nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FundRenamed {
    pub id: FundId,
    pub name: Text,
    pub from: Date,
}

/// A performance indicator stated for a theme. Posts nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndicatorSet {
    pub indicator: IndicatorKey,
    pub stated: Box<Indicator>,
}

impl Kind for Theme {
    fn about(&self) -> About<'_> {
        About::posting_nothing("theme added", NEEDS, Reversal::Theme(&self.id)).of(&self.id)
    }
}

impl Kind for ThemeRenamed {
    fn about(&self) -> About<'_> {
        About::posting_nothing("theme renamed", NEEDS, Reversal::Theme(&self.id)).of(&self.id)
    }
}

impl Kind for Fund {
    fn about(&self) -> About<'_> {
        About::posting_nothing("fund added", NEEDS, Reversal::Fund(&self.id)).of(&self.id)
    }
}

impl Kind for FundRenamed {
    fn about(&self) -> About<'_> {
        About::posting_nothing("fund renamed", NEEDS, Reversal::Fund(&self.id)).of(&self.id)
    }
}

impl Kind for IndicatorSet {
    fn about(&self) -> About<'_> {
        let key = &self.indicator;
        About::posting_nothing("indicator", NEEDS, Reversal::Indicator(key)).of(key)
    }
}

impl Kind for PublicPaper {
    fn about(&self) -> About<'_> {
        About::posting_nothing("public paper", NEEDS, Reversal::Paper(&self.id)).of(&self.id)
    }
}
