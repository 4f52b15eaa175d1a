//! What can be recorded from a page.

use maud::{Markup, html};

use crate::look::Look;

/// Returns true if the page is one from which something is recorded: of the office, as known now, and not for reading
/// only.
pub fn can_record(look: &Look<'_>) -> bool {
    let may_record = look.session.records() && !look.site.is_read_only;
    look.sees_office() && may_record && look.view.known_at.is_none()
}

/// Returns the links to forms: the first as the main one, those after the third folded.
pub fn actions(look: &Look<'_>, more: &str, all: &[(&str, String)]) -> Markup {
    let (first, rest) = all.split_at(all.len().min(3));
    html! {
        @if can_record(look) {
            div.buttons {
                @for (number, (label, address)) in first.iter().enumerate() {
                    a.button.quiet[number > 0] href=(address) { (label) }
                }
                @if !rest.is_empty() {
                    details.menu {
                        summary { "More" span.unseen { ": " (more) } }
                        ul { @for (label, address) in rest { li { a href=(address) { (label) } } } }
                    }
                }
            }
        }
    }
}
