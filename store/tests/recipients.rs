//! Finding the recipient of a row or a command, and refusing rather than guessing.

use crate::common;
use almoner_ledger::book::{Books, Draft};
use almoner_ledger::command::{AwardCommand, Command, Options};
use almoner_ledger::decide::{Outcome, Refusal, carry_out};
use almoner_ledger::recipients::{Identifier, RecipientId};
use almoner_ledger::remedy::Remedy;
use almoner_ledger::text::Text;
use almoner_store::memory::MemoryStore;
use almoner_store::{BatchLabel, Store};

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn identifiers(all: &str) -> Vec<Identifier> {
    all.split_whitespace().map(|it| Identifier::new(it).unwrap()).collect()
}

fn add(id: &str, name: &str, known: &str) -> Command {
    let id = (!id.is_empty()).then(|| RecipientId::new(id).unwrap());
    Command::AddRecipient { id, name: text(name), identifiers: identifiers(known) }
}

fn identify(recipient: &str, identifier: &str) -> Command {
    let identifier = Identifier::new(identifier).unwrap();
    Command::IdentifyRecipient { recipient: recipient.to_owned(), identifier }
}

fn alias(recipient: &str, name: &str) -> Command {
    Command::AliasRecipient { recipient: recipient.to_owned(), alias: text(name) }
}

fn rename(recipient: &str, name: &str) -> Command {
    Command::RenameRecipient {
        recipient: recipient.to_owned(),
        name: text(name),
        from: common::date("2016-01-01"),
    }
}

fn award_to(id: &str, name: &str, known: &str) -> Command {
    let Command::Award(award) = common::award("1-2015", "2015-01-01", "100", "unallocated", None) else {
        panic!("an award");
    };
    Command::Award(Box::new(AwardCommand {
        recipient_id: (!id.is_empty()).then(|| RecipientId::new(id).unwrap()),
        identifiers: identifiers(known),
        recipient: (!name.is_empty()).then(|| text(name)),
        ..*award
    }))
}

/// The books that the tables below ask.
fn books() -> MemoryStore {
    let mut store = MemoryStore::default();
    let opened = common::drafted_events(&store, common::opening_events());
    store.append(store.head(), BatchLabel::default(), opened).unwrap();
    let commands = [
        add("act", "Anglia Care Trust", "GB-CHC-1087198"),
        add("butterfly", "Butterfly CIC", ""),
        add("friday", "Friday Night Football & Games Ltd", ""),
        add("compassion", "Compassion", "GB-CHC-2 GB-COH-02"),
        add("compassion-uk", "The Compassion", ""),
        add("waveney", "Waveney Domestic Violence and Abuse Forum", "GB-CHC-3"),
        rename("waveney", "Suffolk Coastal and Waveney Forum"),
        alias("butterfly", "Butterfly Counselling"),
    ];
    let batch = common::drafted(&store, &commands);
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
    store
}

/// Returns the recipient of an award with the other recorded events, or the rejection.
fn awarded(books: &dyn Books, command: &Command, options: Options) -> String {
    let mut draft = Draft::new(books, common::AT.into(), common::BY.into());
    match carry_out(&mut draft, command, options.clone()) {
        Ok(Outcome::Recorded(_)) => {
            let Command::Award(award) = command else { panic!("an award") };
            let id = award.id.clone().unwrap_or_else(|| "1-2015".parse().unwrap());
            let grant = draft.grant(&id).unwrap().unwrap();
            let mut recorded = vec![grant.award().unwrap().recipient.to_string()];
            let words = draft.records().iter().map(|it| it.event.words());
            recorded.extend(words.filter(|it| it.starts_with("recipient")).map(str::to_owned));
            recorded.join(", ")
        }
        Ok(Outcome::Already(_)) => "already".to_owned(),
        Err(Refusal::Rejected(rejection)) => format!("{}: {rejection}", rejection.code()),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_row_finds_its_recipient_by_id_then_identifier_then_name() {
    let books = books();
    // Id, name and identifiers of the row, and the expected recipient.
    for (id, name, known, expected) in [
        ("", "Anglia Care Trust", "", "act"),
        ("", "the anglia care trust", "", "act"),
        ("", "Butterfly C.I.C.", "", "butterfly"),
        ("", "BUTTERFLY COUNSELLING.", "", "butterfly"),
        ("", "Friday Night Football and Games Limited", "", "friday"),
        ("", "Waveney Domestic Violence & Abuse Forum", "", "waveney"),
        ("", "Suffolk Coastal & Waveney Forum", "", "waveney"),
        ("", "act", "", "act"),
        ("", "GB-CHC-1087198", "", "act"),
        // The exact spelling takes precedence; other spellings are ambiguous.
        ("", "Compassion", "", "compassion"),
        ("", "The Compassion", "", "compassion-uk"),
        ("", "THE COMPASSION", "", "compassion-uk"),
        (
            "",
            "Compassion.",
            "",
            "ambiguous-recipient: `Compassion.` matches several recipients: compassion, compassion-uk",
        ),
        // An identifier finds its recipient, and a name given with it must be one of that recipient.
        ("", "Anglia care trust", "gb-chc-1087198", "act"),
        (
            "",
            "Another name altogether",
            "gb-chc-1087198",
            "name-not-confirmed: the identifier `gb-chc-1087198` belongs to recipient `act`, which is not known as `Another name altogether`",
        ),
        (
            "",
            "Compassion",
            "GB-CHC-3",
            "identifier-and-name-differ: the identifier `GB-CHC-3` belongs to recipient `waveney`, but the name `Compassion` belongs to `compassion`",
        ),
        ("", "", "GB-CHC-3", "waveney"),
        ("", "Compassion", "GB-CHC-2 GB-COH-02", "compassion"),
        (
            "",
            "Compassion",
            "GB-CHC-2 GB-CHC-3",
            "ambiguous-recipient: `GB-CHC-2, GB-CHC-3` matches several recipients: compassion, waveney",
        ),
        ("butterfly", "Butterfly CIC", "", "butterfly"),
        (
            "butterfly",
            "Butterfly CIC",
            "GB-CHC-3",
            "identifier-of-another: the identifier `GB-CHC-3` belongs to recipient `waveney`",
        ),
        (
            "butterfly",
            "Compassion",
            "",
            "different-content: different values are already recorded for recipient `butterfly`: recipient is `Butterfly CIC`, not `Compassion`",
        ),
        // A new identifier is recorded.
        ("", "Butterfly CIC", "GB-CHC-4", "butterfly, recipient identified"),
        ("", "Butterfly CIC", "GB-CHC-4 GB-CHC-4", "butterfly, recipient identified"),
        ("", "Anglia Care Trust", "GB-COH-5", "act, recipient identified"),
        // The same name with another number in the same register is another organisation.
        (
            "",
            "Anglia Care Trust",
            "GB-CHC-5",
            "namesake-or-second-number: `Anglia Care Trust` is recorded with a different identifier, not `GB-CHC-5`, in the same register",
        ),
        ("", "Compassion.", "GB-CHC-6", "compassion-uk, recipient identified"),
        (
            "",
            "Anglia Care",
            "",
            "unknown-recipient: there is no recipient `Anglia Care`; the nearest match is `Anglia Care Trust`",
        ),
        ("", "Xyz", "GB-CHC-9", "unknown-recipient: there is no recipient `Xyz`"),
        ("", "", "GB-CHC-9", "unknown-recipient: there is no recipient `GB-CHC-9`"),
        ("", "", "", "no-recipient: the award has no recipient"),
    ] {
        let got = awarded(&books, &award_to(id, name, known), Options::default());
        assert_eq!(got, expected, "{id} / {name} / {known}");
    }
}

#[test]
fn a_missing_recipient_is_added_with_its_identifiers_and_found_by_them() {
    let mut store = books();
    let options = Options { add_missing: true, again: true, ..Options::default() };
    let new = award_to("", "Catch 22", "GB-CHC-22");
    assert_eq!(awarded(&store, &new, options.clone()), "catch-22, recipient added");
    let stolen = award_to("new", "Catch 22", "GB-CHC-3");
    assert_eq!(
        awarded(&store, &stolen, options.clone()),
        "identifier-of-another: the identifier `GB-CHC-3` belongs to recipient `waveney`"
    );
    let namesake = award_to("", "Anglia Care Trust", "GB-CHC-5");
    assert_eq!(awarded(&store, &namesake, options.clone()), "anglia-care-trust, recipient added");
    let batch = common::drafted(&store, &[new]);
    store.append(store.head(), BatchLabel::default(), batch).unwrap();
    let catch = store.recipient(&RecipientId::new("catch-22").unwrap()).unwrap().unwrap();
    assert_eq!(Vec::from_iter(catch.identifiers.iter().map(Identifier::as_str)), ["GB-CHC-22"]);
    let mut draft = Draft::new(&store, common::AT.into(), common::BY.into());
    let found = carry_out(&mut draft, &alias("GB-CHC-22", "Catch Twenty-Two"), Options::default()).unwrap();
    assert!(matches!(found, Outcome::Recorded(_)));
}

#[test]
fn names_and_identifiers_belong_to_one_recipient() {
    let store = books();
    for (command, expected) in [
        (alias("act", "ACT Ipswich"), "recorded"),
        (alias("Anglia Care Trust", "The Anglia Care-Trust"), "already"),
        (alias("butterfly", "Butterfly counselling"), "already"),
        (alias("act", "Butterfly counselling"), "name-of-another"),
        // A user decides which of two recipients a name identifies.
        (alias("compassion", "COMPASSION."), "recorded"),
        (alias("nobody", "X"), "unknown-recipient"),
        (identify("act", "GB-CHC-1087198"), "already"),
        (identify("act", "gb-chc-1087198"), "already"),
        (identify("act", "GB-COH-7"), "recorded"),
        (identify("act", "GB-CHC-3"), "identifier-of-another"),
        (add("", "The Anglia Care Trust", ""), "already"),
        (add("", "The Anglia Care Trust", "GB-COH-7"), "recorded"),
        (add("", "Anglia Care Trust", "GB-CHC-3"), "identifier-of-another"),
        (add("", "Somebody new", "GB-CHC-3"), "identifier-of-another"),
        (add("act", "Butterfly CIC", ""), "different-content"),
        (add("", "Compassion!", ""), "ambiguous-recipient"),
        (add("other", "Compassion!", ""), "namesake"),
    ] {
        let mut draft = Draft::new(&store, common::AT.into(), common::BY.into());
        let got = match carry_out(&mut draft, &command, Options::default()) {
            Ok(Outcome::Recorded(_)) => "recorded",
            Ok(Outcome::Already(_)) => "already",
            Err(Refusal::Rejected(rejection)) => rejection.code(),
            Err(error) => panic!("{error}"),
        };
        assert_eq!(got, expected, "{command:?}");
    }
    // Another organisation of the same name, once that is confirmed.
    let mut draft = Draft::new(&store, common::AT.into(), common::BY.into());
    let confirmed = Options { again: true, ..Options::default() };
    let added = carry_out(&mut draft, &add("other", "Compassion!", ""), confirmed).unwrap();
    assert!(matches!(added, Outcome::Recorded(_)));
}

#[test]
fn an_unknown_name_is_refused_with_similar_names_and_how_to_add_an_alias() {
    let store = books();
    let alias = |given: &str, id: &str, name: &str, others: &[(&str, &str)]| Remedy::ConfirmAlias {
        given: given.to_owned(),
        id: RecipientId::new(id).unwrap(),
        name: name.to_owned(),
        others: others.iter().map(|(id, name)| (RecipientId::new(id).unwrap(), (*name).to_owned())).collect(),
        can_be_added: true,
    };
    let also = [("compassion-uk", "The Compassion")];
    for (given, expected) in [
        ("Anglia \"Care\" Turst", alias("Anglia \"Care\" Turst", "act", "Anglia Care Trust", &[])),
        ("Compasion", alias("Compasion", "compassion", "Compassion", &also)),
        (
            "Suffolk and Waveney Forum",
            alias("Suffolk and Waveney Forum", "waveney", "Suffolk Coastal and Waveney Forum", &[]),
        ),
        ("Zebra", Remedy::AddRecipient { can_be_added: true }),
    ] {
        let mut draft = Draft::new(&store, common::AT.into(), common::BY.into());
        let refused = carry_out(&mut draft, &award_to("", given, ""), Options::default()).unwrap_err();
        let Refusal::Rejected(rejection) = refused else { panic!("{refused}") };
        assert_eq!(rejection.remedies(), [expected]);
    }
}

#[test]
fn an_id_does_not_count_namesakes_in_confidence() {
    let options = Options { add_missing: true, again: true, ..Options::default() };
    let of_decision = |number: &str, known: &str| {
        let Command::Award(award) = award_to("", "Lighthouse Co", known) else { panic!("an award") };
        let decision = Some(number.parse().unwrap());
        Command::Award(Box::new(AwardCommand { id: Some(number.parse().unwrap()), decision, ..*award }))
    };
    let record = |store: &mut MemoryStore, commands: &[Command]| {
        let batch = common::drafted(store, commands);
        store.append(store.head(), BatchLabel::default(), batch).unwrap();
    };
    let (first, second) = ("GB-CHC-31", "GB-CHC-32");
    let opaque = |id: &str| {
        id.strip_prefix("r-").is_some_and(|rest| rest.starts_with(|it: char| it.is_ascii_hexdigit()))
    };

    // The other has no grant that is open.
    let mut store = books();
    record(&mut store, &[of_decision("C1-2015", first)]);
    let namesake = awarded(&store, &of_decision("2-2015", second), options.clone());
    assert!(opaque(&namesake), "{namesake}");

    // It is shown, and so may be its namesake.
    let mut store = books();
    record(&mut store, &[of_decision("1-2015", first)]);
    assert_eq!(
        awarded(&store, &of_decision("2-2015", second), options.clone()),
        "lighthouse-co-2, recipient added"
    );
}
