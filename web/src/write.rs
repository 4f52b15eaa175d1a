//! The writers that all pages share: tables, forms, figures and facts.

pub mod form;
pub mod steps;
pub mod table;

pub use almoner_app::narrative::pounds;
use almoner_ledger::money::Money;
use maud::{Markup, html};

/// A headline figure.
#[derive(Debug)]
pub struct Headline {
    /// What it is.
    pub label: String,
    /// The figure, as it is shown.
    pub figure: String,
    /// The page that shows what it is made of.
    pub link: Option<String>,
    /// A note below it.
    pub note: Option<Markup>,
    /// True if it is shown as negative.
    pub is_negative: bool,
}

impl Headline {
    /// Returns the headline of an amount.
    pub fn money(label: &str, amount: Money, link: Option<String>) -> Headline {
        Headline {
            label: label.to_owned(),
            figure: pounds(amount),
            link,
            note: None,
            is_negative: amount.is_negative(),
        }
    }

    /// Adds a note.
    pub fn note(mut self, note: Markup) -> Headline {
        self.note = Some(note);
        self
    }
}

/// Returns headline figures side by side.
pub fn headlines(all: &[Headline]) -> Markup {
    html! {
        dl.figures {
            @for it in all {
                div {
                    dt { (it.label) }
                    dd class=[it.is_negative.then_some("neg")] {
                        @match &it.link {
                            Some(link) => a href=(link) { (it.figure) },
                            None => (it.figure),
                        }
                    }
                    @if let Some(note) = &it.note { dd.note { (note) } }
                }
            }
        }
    }
}

/// Returns labels with their values.
pub fn facts(all: &[(&str, Markup)]) -> Markup {
    html! {
        dl.rows { @for (label, value) in all { dt { (label) } dd { (value) } } }
    }
}
