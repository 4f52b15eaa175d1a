//! The one writer of forms: labels, hints, errors at the field and a summary on top that links to them.

use maud::{Markup, html};

use almoner_app::error::Error;

use crate::fields::{Fields, PARTS, ROWS, limit_name, part_names, row_names};
use crate::look::Look;
use crate::remedies;

/// The kind of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A text of a line.
    Text,
    /// A text, for which some are suggested.
    Suggested(Vec<String>),
    /// A text of several lines.
    Long,
    /// An amount of money.
    Money,
    /// A day, as people write it.
    Date,
    /// A whole number of a few digits.
    Number,
    /// A choice of values with their labels.
    Choice(Vec<(String, String)>),
    /// Themes or funds, each with its share: several choices of the same values with their labels.
    Split(Vec<(String, String)>),
    /// Parts: rows of a fund, a theme and an amount, of these values with their labels.
    Parts {
        /// The funds.
        funds: Vec<(String, String)>,
        /// The themes.
        themes: Vec<(String, String)>,
    },
    /// Several of these values with their labels.
    Several(Vec<(String, String)>),
    /// An authorisation limit: whether approval is needed, and over which amount.
    Limit,
    /// A box to tick.
    Tick,
}

/// A field of a form.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    /// The name under which it is sent.
    pub name: &'a str,
    /// The label: a noun.
    pub label: &'a str,
    /// A hint below the label.
    pub hint: Option<&'a str>,
    /// The kind.
    pub input: Input,
    /// The value where none was sent.
    pub value: String,
}

impl<'a> Field<'a> {
    /// Returns a field of a kind.
    pub fn new(name: &'a str, label: &'a str, input: Input) -> Field<'a> {
        Field { name, label, hint: None, input, value: String::new() }
    }

    /// Adds a hint.
    pub fn hint(mut self, hint: &'a str) -> Field<'a> {
        self.hint = Some(hint);
        self
    }

    /// Sets the value where none was sent.
    pub fn value(mut self, value: impl Into<String>) -> Field<'a> {
        self.value = value.into();
        self
    }
}

/// An error at a field; of the whole form where the name is blank.
#[derive(Clone, Debug)]
pub struct FieldError {
    /// The name of the field.
    pub name: String,
    /// What happened, and what to do about it.
    pub error: Error,
}

/// Returns the summary of errors, which takes the focus.
pub fn summary(look: &Look<'_>, errors: &[FieldError]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.summary role="alert" tabindex="-1" autofocus {
                h2 { "There is a problem" }
                ul {
                    @for FieldError { name, error } in errors {
                        li {
                            @if name.is_empty() { (remedies::sentence(&error.message)) }
                            @else { a href={ "#field-" (name) } { (remedies::sentence(&error.message)) } }
                            (remedies::list(look, &error.remedies, true))
                        }
                    }
                }
            }
        }
    }
}

/// Returns a field with what was typed, and its error if there is one.
pub fn field(field: &Field<'_>, sent: &Fields, errors: &[FieldError]) -> Markup {
    let Field { name, label, hint, input, value } = field;
    let id = format!("field-{name}");
    let typed = sent.get(name).unwrap_or(value);
    let error = errors.iter().find(|error| error.name == *name);
    let notes: Vec<String> = [hint.map(|_| format!("{id}-hint")), error.map(|_| format!("{id}-error"))]
        .into_iter()
        .flatten()
        .collect();
    let described = (!notes.is_empty()).then(|| notes.join(" "));
    let invalid = error.map(|_| "true");
    html! {
        div class={ "field" @if error.is_some() { " bad" } } {
            @match input {
                Input::Tick => {},
                Input::Several(_) | Input::Parts { .. } => p.label id={ (id) "-label" } { (label) },
                _ => label for=(id) { (label) },
            }
            @if let Some(hint) = hint { p.hint id={ (id) "-hint" } { (hint) } }
            @if let Some(error) = error { p.error id={ (id) "-error" } { (remedies::sentence(&error.error.message)) } }
            @match input {
                Input::Text => input.text id=(id) name=(name) value=(typed) autocomplete="off"
                    aria-describedby=[described] aria-invalid=[invalid];,
                Input::Suggested(all) => {
                    input.text id=(id) name=(name) value=(typed) list={ (id) "-list" } autocomplete="off"
                        aria-describedby=[described] aria-invalid=[invalid];
                    datalist id={ (id) "-list" } { @for it in all { option value=(it) {} } }
                },
                Input::Long => textarea id=(id) name=(name) rows="3" aria-describedby=[described] aria-invalid=[invalid] { (typed) },
                Input::Split(choices) => (split(&id, (name, label), choices, sent, described.as_deref())),
                Input::Parts { funds, themes } => (parts(&id, name, [funds, themes], sent, error.is_some())),
                Input::Several(choices) => (several(&id, name, choices, sent, described.as_deref())),
                Input::Limit => (limit(&id, (name, label), sent, described.as_deref())),
                Input::Money => input.money id=(id) name=(name) value=(typed) inputmode="decimal" autocomplete="off"
                    aria-describedby=[described] aria-invalid=[invalid];,
                Input::Date => input.date id=(id) name=(name) value=(typed) autocomplete="off"
                    aria-describedby=[described] aria-invalid=[invalid];,
                Input::Number => input.number id=(id) name=(name) value=(typed) inputmode="numeric" autocomplete="off"
                    aria-describedby=[described] aria-invalid=[invalid];,
                Input::Tick => label for=(id) {
                    input type="checkbox" id=(id) name=(name) value="yes" checked[typed == "yes"]
                        aria-describedby=[described];
                    (label)
                },
                Input::Choice(choices) => select id=(id) name=(name) aria-describedby=[described] {
                    @for (value, label) in choices {
                        option value=(value) selected[typed == value] { (label) }
                    }
                },
            }
        }
    }
}

/// Returns boxes to tick, one for each choice.
fn several(
    id: &str,
    name: &str,
    choices: &[(String, String)],
    sent: &Fields,
    described: Option<&str>,
) -> Markup {
    html! {
        div.several id=(id) role="group" tabindex="-1" aria-labelledby={ (id) "-label" } aria-describedby=[described] {
            @for (number, (value, label)) in choices.iter().enumerate() {
                @let own = format!("{id}-{}", number + 1);
                label for=(own) {
                    input type="checkbox" id=(own) name=(name) value=(value) checked[sent.all(name).any(|it| it == value)];
                    (label)
                }
            }
            @if choices.is_empty() { p.none { "None." } }
        }
    }
}

/// Returns the choice of when approval is needed, with its amount.
fn limit(id: &str, (name, label): (&str, &str), sent: &Fields, described: Option<&str>) -> Markup {
    let over = limit_name(name);
    let choices = [("", "No approval"), ("always", "Always"), ("over", "Over the limit")];
    html! {
        div.limit {
            select id=(id) name=(name) aria-describedby=[described] {
                @for (value, label) in choices { option value=(value) selected[sent.text(name) == value] { (label) } }
            }
            input.money name=(over) value=(sent.text(&over)) inputmode="decimal" autocomplete="off"
                placeholder="Limit" aria-label={ "Authorisation limit: " (label.to_lowercase()) };
        }
    }
}

/// Returns the choices of a split with their shares.
fn split(
    id: &str,
    (name, label): (&str, &str),
    choices: &[(String, String)],
    sent: &Fields,
    described: Option<&str>,
) -> Markup {
    let row = |part: usize| {
        let (choice, share) = part_names(name, part);
        let number = part + 1;
        html! {
            div {
                select id=(if part == 0 { id.to_owned() } else { format!("{id}-{number}") }) name=(choice)
                    aria-label={ (label) " " (number) } aria-describedby=[described.filter(|_| part == 0)] {
                    @for (value, label) in choices {
                        option value=(value) selected[sent.text(&choice) == value] { (label) }
                    }
                }
                input.share name=(share) value=(sent.text(&share)) aria-label={ "Share of " (label.to_lowercase()) " " (number) }
                    placeholder="% or £" autocomplete="off";
            }
        }
    };
    let is_several = (1..PARTS).any(|part| {
        let (choice, share) = part_names(name, part);
        sent.has(&choice) || sent.has(&share)
    });
    html! {
        div.split role="group" aria-label=(label) {
            (row(0))
            details open[is_several] {
                summary { "Several" span.unseen { ": " (label.to_lowercase()) } }
                @for part in 1..PARTS { (row(part)) }
            }
        }
    }
}

/// Returns rows of parts: the first ones open if something is typed or wrong.
fn parts(
    id: &str,
    name: &str,
    [funds, themes]: [&[(String, String)]; 2],
    sent: &Fields,
    is_wrong: bool,
) -> Markup {
    let choice = |choices: &[(String, String)], own: &str, label: String| {
        html! {
            select name=(own) aria-label=(label) {
                @for (value, label) in choices { option value=(value) selected[sent.text(own) == value] { (label) } }
            }
        }
    };
    let rows: Vec<[String; 3]> = (0..ROWS).map(|row| row_names(name, row)).collect();
    let is_typed = rows.iter().flatten().any(|name| sent.has(name));
    html! {
        details.parts id=(id) tabindex="-1" open[is_typed || is_wrong] {
            summary { "Parts with a fund and a theme each" }
            @for (at, [fund, theme, amount]) in rows.iter().enumerate() {
                @let number = at + 1;
                div role="group" aria-label={ "Part " (number) } {
                    (choice(funds, fund, format!("Fund of part {number}")))
                    (choice(themes, theme, format!("Theme of part {number}")))
                    input.share name=(amount) value=(sent.text(amount)) aria-label={ "Amount of part " (number) }
                        placeholder="Amount" inputmode="decimal" autocomplete="off";
                }
            }
        }
    }
}

/// Returns the hidden token of a form that changes something.
pub fn token(look: &Look<'_>) -> Markup {
    html! { input type="hidden" name="token" value=(look.session.token); }
}
