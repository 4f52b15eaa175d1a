//! What a mistyped command line probably means: other words for a command, and swapped arguments.
//!
//! clap suggests by letters; this suggests by meaning.

use almoner_ledger::calendar::FinancialYear;
use almoner_ledger::grants::GrantId;
use almoner_ledger::money::Money;
use clap::Command;

use crate::terminal::quoted;

/// Words that are no commands, with the command that is meant.
const MEANT: &[(&[&str], &str)] = &[
    (&["payment", "payments", "paid", "disburse"], "pay"),
    (&["grants", "awards"], "report grants"),
    (&["grant", "give"], "award"),
    (&["person", "people", "persons", "users", "staff", "roles", "account", "accounts"], "user"),
    (&["settings", "setting", "config", "permissions", "limits", "delegation", "scheme"], "policy show"),
    (&["delete", "remove", "cancel", "revert", "rollback", "void"], "reverse"),
    (&["receipt", "receipts", "receive", "income"], "funding receive"),
    (&["funder", "funders", "fundings"], "funding"),
    (&["edit", "change", "amend", "modify", "update", "increase", "reduce", "variation"], "vary"),
    (&["new", "create", "start", "open"], "init"),
    (&["example", "sample", "tutorial", "try"], "demo"),
    (&["spending", "expenditure", "spend"], "report themes"),
    (&["budgets", "variance", "forecast"], "report budget"),
    (
        &["recipients", "supplier", "suppliers", "vendor", "payee", "grantee", "organisation"],
        "recipient list",
    ),
    (&["decisions", "register"], "decision list"),
    (&["funds"], "fund list"),
    (&["objective", "objectives"], "theme list"),
    (&["history", "records", "journal", "audit"], "log"),
    (&["search", "find", "view", "get"], "show"),
    (&["check", "validate", "prove"], "verify"),
    (&["lock"], "close"),
    (&["unlock"], "reopen"),
    (&["save", "archive"], "backup"),
    (&["load", "upload", "read"], "import"),
    (&["bank", "statement", "match"], "reconcile"),
    (&["print", "paper-pack", "publish"], "export"),
    (&["reminders", "todo", "dashboard", "overview"], "status"),
    (&["instalments", "schedule", "profile"], "instalment"),
    (&["repay", "repayment", "clawback"], "refund"),
    (&["bounced", "bounce"], "returned"),
];

/// Words below a command, with the command that is meant.
const MEANT_BELOW: &[(&str, &[&str], &str)] = &[
    ("report", &["awards"], "report grants"),
    ("report", &["spending", "expenditure", "spend", "theme"], "report themes"),
    ("report", &["debtors", "creditors", "accruals", "prepayments"], "report year-end"),
    ("report", &["variance", "forecast", "budgets"], "report budget"),
    ("report", &["funds", "fund"], "report themes --by fund"),
    ("report", &["payments", "records"], "log"),
    ("list", &["grants", "awards", "grant", "award"], "report grants"),
    ("list", &["payments", "records"], "log"),
    ("list", &["people", "person"], "user list"),
    ("list", &["proposals", "approvals"], "pending"),
    ("list", &["reports"], "help report"),
];

/// Returns the command that is probably meant where `unknown` was given as one of `program`. `words` is the command
/// line after the program's name.
pub fn meant(program: &Command, words: &[String], unknown: &str) -> Option<String> {
    let at = words.iter().position(|word| word == unknown)?;
    let lower = unknown.to_lowercase();
    let below = |above: &str, word: &str| {
        let row = MEANT_BELOW.iter().find(|(it, words, _)| *it == above && words.contains(&word));
        row.map(|(.., command)| (*command).to_owned())
    };
    let is_there = |above: &str, word: &str| {
        program.find_subcommand(above).is_some_and(|above| above.find_subcommand(word).is_some())
    };
    if lower == "list" || lower == "ls" {
        let next = words.get(at + 1).map(|word| word.to_lowercase()).unwrap_or_default();
        let one = next.strip_suffix('s').unwrap_or(&next);
        let listed = is_there(one, "list").then(|| format!("{one} list"));
        return Some(below("list", &next).or(listed).unwrap_or_else(|| "report grants".to_owned()));
    }
    let above = at.checked_sub(1).and_then(|at| words.get(at)).map(String::as_str).unwrap_or_default();
    if let Some(command) = below(above, &lower) {
        return Some(command);
    }
    if ["delete", "remove", "cancel"].contains(&lower.as_str()) {
        return Some("reverse".to_owned());
    }
    if above == "budget" && FinancialYear::parse(unknown).is_ok() {
        return Some(format!("report budget --fy {unknown}"));
    }
    if above != "help" && program.find_subcommand(above).is_some_and(Command::has_subcommands) {
        let meant = match lower.as_str() {
            "show" | "all" | "view" => "list",
            "new" | "create" | "register" => "add",
            _ => return None,
        };
        return is_there(above, meant).then(|| format!("{above} {meant}"));
    }
    if is_there("report", &lower) {
        return Some(format!("report {lower}"));
    }
    MEANT.iter().find(|(words, _)| words.contains(&lower.as_str())).map(|(_, command)| (*command).to_owned())
}

/// Returns the command line with award and amount in their places, if they are swapped in `words`, the command line
/// after the program's name.
pub fn unswapped(words: &[String]) -> Option<String> {
    let at = words
        .iter()
        .position(|it| ["pay", "refund", "returned", "instalment", "vary"].contains(&it.as_str()))?;
    let is_amount = |at: usize| words.get(at).is_some_and(|word| Money::parse(word).is_ok());
    let is_award = |at: usize| {
        words.get(at).is_some_and(|word| GrantId::new(word).is_ok() && !word.starts_with('-'))
            && !is_amount(at)
    };
    let (award, amount) = match words.get(at).map(String::as_str) {
        Some("vary") => {
            let option = words.iter().position(|it| ["--by-amount", "--to-amount"].contains(&it.as_str()))?;
            (at + 1, option + 1)
        }
        _ => {
            let pair = (at + 1..words.len()).find(|at| is_amount(*at) && is_award(at + 1))?;
            (pair, pair + 1)
        }
    };
    if !is_amount(award) || !is_award(amount) {
        return None;
    }
    let is_bare = |word: &str| word.chars().all(|c| c.is_alphanumeric() || "-_./:,£=".contains(c));
    let in_shell = |word: &String| if is_bare(word) { word.clone() } else { quoted(word) };
    let mut words: Vec<String> = words.iter().map(in_shell).collect();
    words.swap(award, amount);
    Some(format!("almoner {}", words.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn other_words_for_a_command_are_known() {
        let mut program = super::super::cli::program();
        program.build();
        for (line, unknown, expected) in [
            ("list grants", "list", Some("report grants")),
            ("list", "list", Some("report grants")),
            ("-L books list users", "list", Some("user list")),
            ("list funds", "list", Some("fund list")),
            ("payment 14-2015 5", "payment", Some("pay")),
            ("Grants", "Grants", Some("report grants")),
            ("people", "people", Some("user")),
            ("person add al", "person", Some("user")),
            ("settings", "settings", Some("policy show")),
            ("delete 14", "delete", Some("reverse")),
            ("fund remove cdr", "remove", Some("reverse")),
            ("fund show", "show", Some("fund list")),
            ("fund new", "new", Some("fund add")),
            ("budget new", "new", None),
            ("policy new", "new", None),
            ("receipt cdr 5", "receipt", Some("funding receive")),
            ("budget 2015-16", "2015-16", Some("report budget --fy 2015-16")),
            ("year-end", "year-end", Some("report year-end")),
            ("report awards", "awards", Some("report grants")),
            ("report frobnicate", "frobnicate", None),
            ("frobnicate", "frobnicate", None),
        ] {
            assert_eq!(meant(&program, &words(line), unknown).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn commands_that_are_suggested_exist_and_words_for_them_do_not() {
        let mut program = super::super::cli::program();
        program.build();
        let is_there = |line: &str| {
            let names = line.split(' ').take_while(|word| !word.starts_with('-'));
            names.into_iter().try_fold(&program, |command, word| command.find_subcommand(word)).is_some()
        };
        let suggested = MEANT.iter().map(|it| it.1).chain(MEANT_BELOW.iter().map(|it| it.2));
        for command in suggested {
            assert!(is_there(command.trim_start_matches("help ")), "{command}");
        }
        for word in MEANT.iter().flat_map(|(words, _)| *words) {
            assert!(!is_there(word), "{word} is a command");
        }
    }

    #[test]
    fn swapped_awards_and_amounts_are_recognised() {
        for (line, expected) in [
            ("pay 10,000 14-2015", Some("almoner pay 14-2015 10,000")),
            ("-L books pay 10000 14-2015 --again", Some("almoner -L books pay 14-2015 10000 --again")),
            ("refund £5 C7-2015", Some("almoner refund C7-2015 £5")),
            ("instalment 5 14-2015 --due today", Some("almoner instalment 14-2015 5 --due today")),
            ("vary 1,200 --by-amount 14-2015", Some("almoner vary 14-2015 --by-amount 1,200")),
            ("pay 14-2015 10,000", None),
            ("pay 14-2015 1.234,56", None),
            ("vary 14-2015 --by-amount x", None),
        ] {
            assert_eq!(unswapped(&words(line)).as_deref(), expected, "{line}");
        }
    }
}
