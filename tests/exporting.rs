//! Exports through the real program: the books for auditors' tools, and the journal for a finance
//! system. What a tool would sum is summed here by a reader of its own; the tools themselves are
//! asked where they are installed.

use std::collections::BTreeMap;
use std::process::Command;

use crate::office::{Model, Office};

const TOOLS: [&str; 3] = ["hledger", "ledger", "beancount"];

/// A name and a reference that would be something else in a file that did not guard against it.
const NAME: &str = "; =1 * {} [2015/01/01]";
const REFERENCE: &str = ":x: \"y\" | z \\ ; [=2015/02/02] date:2014-01-01, a:b";

/// Runs commands of words, with `~` for a space within one.
fn act(office: &Office, lines: &[&str]) {
    for line in lines {
        let words: Vec<String> = line
            .split_whitespace()
            .map(|it| it.replace("NAME", NAME).replace("REF", REFERENCE).replace('~', " "))
            .collect();
        office.ok(&words.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

/// A small ledger: a split award to a recipient with a spiteful name, and what happens to it.
fn small() -> Office {
    static MODEL: Model = Model::new();
    MODEL.office(make_small)
}

fn make_small() -> Office {
    let office = Office::new();
    act(
        &office,
        &[
            "theme add one --name One",
            "theme add two --name Two",
            "funding receive victims 6000 --date 2015-04-15 --from Ministry --reference REF --return-if-unspent",
            "award --decision 1-2015 --decided 2015-03-04 --recipient NAME --amount 1200.01 --purpose P \
             --theme one:60%;two:40% --fund victims --power s9 --from 2015-04-01 --to 2015-06-30 --add-missing",
            "close 2015-03",
            "close 2015-04",
            "pay 1-2015 900 --date 2015-04-30 --reference REF --late",
            "repurpose 1-2015 --decision 2-2015 --date 2015-05-31 --purpose Q --theme two --include-past",
        ],
    );
    office
}

/// The same with all that makes books difficult.
fn difficult() -> Office {
    static MODEL: Model = Model::new();
    MODEL.office(make_difficult)
}

fn make_difficult() -> Office {
    let office = small();
    act(
        &office,
        &[
            "theme add three --name Three",
            "fund add 2015x --name Odd",
            "funding receive cdr 1000.01 --date 2015-04-01 --opening-balance --late",
            "funding receive 2015x 777.77 --date 2015-05-02",
            "budget set victims one 2015-16 60,000 --late",
            "reopen 2015-04 --reason Two~awards",
            "reopen 2015-03 --reason Two~awards",
            "award --id 360G-x:org:12 --decided 2015-03-05 --recipient |~pipe~|~name --amount 5000 --purpose P \
             --theme two --fund cdr --add-missing",
            "award --id A/2 --decided 2015-03-06 --recipient \"Quoted\"~\\name\\~; --amount 7000 --purpose P \
             --theme one:33%;two:33%;three:34% --from 2015-05-10 --to 2015-12-09 --add-missing",
            "pay 360G-x:org:12 2500 --date 2015-06-30 --reference end~comment",
            "pay 360G-x:org:12 2500 --date 2015-06-30 --reference end~comment --again",
            "pay A/2 6999.99 --date 2015-07-30",
            "refund A/2 500.50 --date 2015-08-10 --reference REF",
            "refund 360G-x:org:12 100 --date 2015-08-10 --stays-available",
            "repurpose A/2 --date 2015-09-15 --purpose Q --theme one:50%;three:50% --include-past",
            "vary A/2 --by-amount 1000 --date 2015-10-01",
            "close 2015-03",
            "close 2015-04",
            "close 2015-05",
            "close 2015-06",
            "close 2015-07",
            "close 2015-08",
            "close 2015-09",
            "close 2015-10",
            "pay 360G-x:org:12 100 --date 2015-10-05 --late",
        ],
    );
    let log = office.ok(&["log", "--last", "100", "--format", "csv"]);
    let paid = log.lines().find(|line| line.contains(",payment,360G")).unwrap();
    office.ok(&["reverse", paid.split(',').next().unwrap(), "--reason", NAME, "--late"]);
    act(&office, &["pay 360G-x:org:12 30 --date 2015-03-20 --prior-period Found~late"]);
    office.ok(&["verify"]);
    office
}

fn demo() -> Office {
    let office = Office::new();
    office.ok(&["demo", "demo"]);
    office
}

/// What the postings of a file come to, by our names of accounts; every transaction must balance.
fn sums(file: &str, tool: &str) -> BTreeMap<String, i64> {
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    let mut balance = 0;
    for line in file.lines().chain([""]) {
        if line.is_empty() {
            assert_eq!(balance, 0, "a transaction does not balance");
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        if let [account, amount, "GBP"] = words[..]
            && line.starts_with("  ")
            && account != "format"
        {
            let pence: i64 = amount.replace('.', "").parse().unwrap();
            balance += pence;
            *sums.entry(ours(account, tool)).or_default() += pence;
        }
    }
    sums.retain(|_, pence| *pence != 0);
    sums
}

fn ours(account: &str, tool: &str) -> String {
    if tool != "beancount" {
        return account.to_owned();
    }
    let renamed = account.replace("Equity:Memo", "memo").replace("Equity", "reserves");
    renamed.replace("Expenses", "expenditure").to_lowercase()
}

/// Our trial balance as at the end of a file.
fn trial_balance(office: &Office, ledger: &str, file: &str, known_at: Option<&str>) -> BTreeMap<String, i64> {
    let as_at = file.split("balances as at ").nth(1).unwrap().lines().next().unwrap();
    let mut words = vec!["-L", ledger, "report", "trial-balance", "--as-at", as_at];
    words.extend(known_at.iter().flat_map(|it| ["--known-at", it]));
    let report = office.json(&words);
    let pence = |value: &serde_json::Value| value.as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
    let mut balances = BTreeMap::new();
    for fund in report["funds"].as_array().unwrap() {
        for set in ["real", "memorandum"] {
            for account in fund[set]["accounts"].as_array().unwrap() {
                let name =
                    format!("{}:{}", account["account"].as_str().unwrap(), fund["fund"].as_str().unwrap());
                balances.insert(name, pence(&account["debit"]) - pence(&account["credit"]));
            }
        }
    }
    balances.retain(|_, pence| *pence != 0);
    balances
}

fn books(office: &Office, ledger: &str, tool: &str) -> String {
    office.ok(&["-L", ledger, "export", "journal", "--for", tool])
}

#[test]
fn the_postings_of_every_file_come_to_our_trial_balance() {
    for (office, ledger) in [(demo(), "demo"), (difficult(), "almoner.ledger")] {
        for tool in TOOLS {
            let file = books(&office, ledger, tool);
            let balances = trial_balance(&office, ledger, &file, None);
            assert_eq!(sums(&file, tool), balances, "{tool}");
            let dates = file.lines().filter(|line| line.starts_with("20") && line.contains(" * "));
            assert!(dates.map(|line| &line[..10]).is_sorted(), "{tool}");
        }
    }
}

#[test]
fn the_books_look_as_each_tool_has_them() {
    let office = small();
    for tool in TOOLS {
        let now = books(&office, "almoner.ledger", tool);
        let lines = now.lines().map(|line| {
            // When it was recorded, and so the hashes, differ from run to run.
            let word = ["Known at:", "Head:", "recorded:"].into_iter().find(|word| line.contains(word));
            word.map_or(line.to_owned(), |word| format!("{}{word} …", line.split(word).next().unwrap()))
        });
        let shown = lines.map(|line| line + "\n").collect::<String>();
        let path = format!("{}/tests/exports/small.{tool}", env!("CARGO_MANIFEST_DIR"));
        snapbox::Assert::new()
            .action_env("SNAPSHOTS")
            .eq(shown, snapbox::Data::read_from(path.as_ref(), None).raw());
    }
}

#[test]
fn the_same_books_give_the_same_bytes() {
    let office = small();
    for tool in TOOLS {
        let now = books(&office, "almoner.ledger", tool);
        let command = now.split("Made by: almoner ").nth(1).unwrap().lines().next().unwrap();
        let words: Vec<&str> = command.split(' ').collect();
        office.ok(&["budget", "revise", "cdr", "one", "2016-17", if tool == "ledger" { "5" } else { "6" }]);
        assert_eq!(office.ok(&words), now, "{command}");
        // What was known earlier ties, too.
        let earlier = office.ok(&["export", "journal", "--for", tool, "--known-at", "7"]);
        assert_eq!(sums(&earlier, tool), trial_balance(&office, "almoner.ledger", &earlier, Some("7")));
    }
    let never = office.ok(&["export", "journal", "--for", "hledger", "--known-at", "1"]);
    assert!(sums(&never, "hledger").is_empty());
}

#[test]
fn confidential_books_go_to_nobody_unasked() {
    let office = small();
    act(
        &office,
        &[
            "award --decision C1-2015 --decided 2015-05-04 --recipient Secret --amount 5 --purpose P --theme one \
           --confidential --add-missing",
        ],
    );
    for export in [&["journal", "--for", "ledger"][..], &["finance", "--mapping", "example"]] {
        let with = |audience: &[&'static str]| [&["export"], export, audience].concat();
        let said = office.refused(1, &with(&[]));
        assert!(
            said.contains("error[confidential-inside]: the export would contain 1 confidential award"),
            "{said}"
        );
        for audience in ["public", "panel"] {
            let said = office.refused(1, &with(&["--audience", audience]));
            assert!(said.contains("error[not-for-audience]") && said.contains("would not balance"), "{said}");
        }
        for audience in ["officer", "auditor"] {
            office.ok(&with(&["--audience", audience]));
        }
    }
    // An earlier state may hold nothing confidential.
    office.ok(&["export", "journal", "--for", "ledger", "--known-at", "7"]);
}

/// The tools that are installed, with a message for those that are not.
fn installed() -> Vec<&'static str> {
    let is_installed = |tool: &&str| {
        let program = if *tool == "beancount" { "bean-check" } else { *tool };
        let is_there = Command::new(program).arg("--version").output().is_ok_and(|it| it.status.success());
        if !is_there {
            eprintln!("skipped: {tool} is not installed");
        }
        is_there
    };
    TOOLS.into_iter().filter(is_installed).collect()
}

/// The checks of each tool, in its strictest mode.
fn check(tool: &str, file: &str) -> Option<bool> {
    let (program, words) = match tool {
        "hledger" => ("hledger", vec!["-f", file, "check", "--strict", "ordereddates", "payees"]),
        "ledger" => {
            ("ledger", vec!["-f", file, "--strict", "--pedantic", "--explicit", "--check-payees", "balance"])
        }
        _ => ("bean-check", vec!["--no-cache", file]),
    };
    let output = Command::new(program).args(words).output().ok()?;
    Some(output.status.success() && output.stderr.is_empty())
}

#[test]
fn the_tools_accept_the_books_and_refuse_altered_ones() {
    for tool in installed() {
        for (office, ledger) in [(demo(), "demo"), (difficult(), "almoner.ledger")] {
            let file = books(&office, ledger, tool);
            let checked = |text: &str| {
                office.file("books", text);
                check(tool, office.path("books").to_str().unwrap())
            };
            let Some(accepted) = checked(&file) else {
                eprintln!("skipped: {tool} is not installed");
                continue;
            };
            assert!(accepted, "{tool} refuses the books of {ledger}");
            // A penny more on one posting, and the posting on another account.
            let postings: Vec<(&str, &str, &str)> = file
                .lines()
                .filter(|line| line.starts_with("  "))
                .filter_map(|line| match line.split_whitespace().collect::<Vec<_>>()[..] {
                    [account, amount, "GBP"] if account != "format" => Some((line, account, amount)),
                    _ => None,
                })
                .collect();
            for (line, account, amount) in postings.iter().take(40).step_by(13) {
                let more = (amount.replace('.', "").parse::<i64>().unwrap() + 1).to_string();
                let (pounds, pence) = more.split_at(more.len() - 2);
                let other = postings.iter().map(|it| it.1).find(|it| it != account).unwrap();
                for altered in
                    [line.replace(amount, &format!("{pounds}.{pence}")), line.replace(account, other)]
                {
                    let altered_file = file.replacen(line, &altered, 1);
                    assert_eq!(checked(&altered_file), Some(false), "{tool}: {line} as {altered}");
                }
            }
        }
    }
}

/// Three years of grants, with expenditure of earlier years that moves to another fund, a recovery due and money to be
/// returned if unspent.
fn of_years() -> Office {
    let office = Office::new();
    act(
        &office,
        &[
            "theme add one --name One",
            "award --decision 1-2014 --decided 2014-06-02 --recipient First --amount 24000 --purpose P --theme one \
             --fund cdr --from 2014-07-01 --to 2016-06-30 --add-missing",
            "award --decision 2-2014 --decided 2014-06-02 --recipient Second --amount 5000 --purpose P --theme one \
             --fund victims --add-missing",
            "funding receive cdr 9000 --date 2014-07-01 --return-if-unspent",
            "funding receive victims 4000.01 --date 2014-07-02 --from Ministry",
            "budget set cdr one 2015-16 10,000",
            "pay 1-2014 12000 --date 2014-07-10",
            "pay 2-2014 5000 --date 2014-08-01",
            "refund 2-2014 250 --date 2015-05-01",
            "vary 1-2014 --fund victims --include-past --date 2015-07-01 --decision 3-2015",
            "vary 1-2014 --by-amount -14000 --date 2016-01-10",
            "close 2014-06",
            "close 2014-07",
            "close 2014-08",
            "close 2014-09",
            "close 2014-10",
            "close 2014-11",
            "close 2014-12",
            "close 2015-01",
            "close 2015-02",
            "close 2015-03",
            "award --decision 4-2014 --decided 2014-12-01 --recipient Third --amount 1200 --purpose P --theme one \
             --fund cdr --from 2014-12-01 --to 2015-11-30 --add-missing --prior-period Forgotten",
        ],
    );
    office
}

/// Balances in pence by account.
type Balances = BTreeMap<String, i64>;

/// What a tool makes of a file: the balances at the end of the day before one, with the closing entries of every year
/// but the one named. `None` where the tool is not installed.
fn balances_of(tool: &str, file: &str, before: &str, without_closing: &str) -> Option<Balances> {
    let without = |words: &str| words.replace("YEAR", without_closing);
    let output = match tool {
        "hledger" => Command::new("hledger")
            .args(["-f", file, "balance", "-e", before, "--flat", "-N", "-O", "csv"])
            .arg(without("not:tag:closing=YEAR"))
            .output(),
        "ledger" => Command::new("ledger")
            .args(["-f", file, "balance", "--end", before, "--flat", "--no-total"])
            .args(["--limit", &without("not has_tag(/^closing$/, /^YEAR$/)")])
            .args(["--format", "%(account),%(display_total)\n"])
            .output(),
        _ => {
            let script = "import sys, datetime\n\
                from beancount import loader\n\
                from beancount.core.data import Transaction\n\
                entries, errors, _ = loader.load_file(sys.argv[1])\n\
                assert not errors, errors\n\
                sums = {}\n\
                for it in entries:\n\
                \x20   if isinstance(it, Transaction) and str(it.date) < sys.argv[2] and it.meta.get('closing') != sys.argv[3]:\n\
                \x20       for posting in it.postings:\n\
                \x20           sums[posting.account] = sums.get(posting.account, 0) + posting.units.number\n\
                for account in sums:\n\
                \x20   print(f'{account},{sums[account]:.2f}')\n";
            let run = |python: &&str| {
                let output =
                    Command::new(python).args(["-c", script, file, before, without_closing]).output();
                output.ok().filter(|it| !String::from_utf8_lossy(&it.stderr).contains("No module named"))
            };
            Ok(["python3", "/usr/bin/python3"].iter().find_map(run)?)
        }
    };
    let output = output.ok()?;
    assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
    let mut balances = Balances::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let line = line.replace('"', "");
        let (account, amount) = line.split_once(',').unwrap();
        let amount = amount.trim_end_matches(" GBP");
        let (pounds, pence) = amount.split_once('.').unwrap_or((amount, "00"));
        let Ok(pence) = format!("{pounds}{pence:0<2}").parse::<i64>() else {
            assert_eq!(amount, "balance", "{line}");
            continue;
        };
        balances.insert(ours(account, tool), pence);
    }
    balances.retain(|_, pence| *pence != 0);
    Some(balances)
}

/// Our trial balance of a year: opening and closing.
fn balances_of_year(office: &Office, ledger: &str, year: &str) -> [Balances; 2] {
    let report = office.json(&["-L", ledger, "report", "trial-balance", "--fy", year]);
    let pence = |value: &serde_json::Value| value.as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
    let mut both = [Balances::new(), Balances::new()];
    for fund in report["funds"].as_array().unwrap() {
        for set in ["real", "memorandum"] {
            for line in fund[set]["accounts"].as_array().unwrap() {
                let name =
                    format!("{}:{}", line["account"].as_str().unwrap(), fund["fund"].as_str().unwrap());
                let closing = pence(&line["debit"]) - pence(&line["credit"]);
                both[0].insert(name.clone(), pence(&line["opening"]));
                both[1].insert(name, closing);
            }
        }
    }
    both.map(|mut balances| {
        balances.retain(|_, pence| *pence != 0);
        balances
    })
}

#[test]
fn the_tools_reach_the_trial_balance_of_each_year() {
    let tools = installed();
    if tools.is_empty() {
        return;
    }
    for (office, ledger) in
        [(demo(), "demo"), (difficult(), "almoner.ledger"), (of_years(), "almoner.ledger")]
    {
        for tool in &tools {
            let text = books(&office, ledger, tool);
            let last = text.split("balances as at ").nth(1).unwrap()[..10].to_owned();
            office.file("books", text);
            let file = office.path("books");
            let mut compared = 0;
            for year in 2014..=2016 {
                let name = format!("{year}-{}", year - 1999);
                let [opening, closing] = balances_of_year(&office, ledger, &name);
                let begins = format!("{year}-04-01");
                let ends = format!("{}-04-01", year + 1);
                // The last year of a file is not closed in it.
                if begins > last {
                    break;
                }
                let of = |before: &str| balances_of(tool, file.to_str().unwrap(), before, &name);
                let (Some(opened), Some(closed)) = (of(&begins), of(&ends)) else {
                    eprintln!("skipped: {tool} is not installed");
                    break;
                };
                assert_eq!(opened, opening, "{tool}: {ledger} opens {name}");
                assert_eq!(closed, closing, "{tool}: {ledger} closes {name}");
                compared += opening.len() + closing.len();
            }
            eprintln!("{tool}: {compared} balances of {ledger}");
        }
    }
}

/// A mapping that shows what every line is.
fn plain_mapping(without: &str) -> String {
    let columns = ["date", "what", "account", "fund", "theme", "debit", "credit", "codes.code"];
    let mut text = "date-format = \"YYYY-MM-DD\"\n".to_owned();
    for value in columns {
        text.push_str(&format!("[[column]]\ntitle = \"{value}\"\nvalue = \"{value}\"\n"));
    }
    for account in [
        "expenditure:grants",
        "assets:bank",
        "prepayments",
        "accruals",
        "income:grants-receivable",
        "liabilities:receipts-in-advance",
        "reserves:opening-balance",
        "reserves:prior-period",
    ] {
        if account != without {
            text.push_str(&format!("[[code]]\naccount = \"{account}\"\ncodes = {{ code = \"9\" }}\n"));
        }
    }
    text
}

#[test]
fn the_finance_journal_of_every_month_comes_to_what_was_charged() {
    let office = difficult();
    office.file("codes.toml", plain_mapping(""));
    let mut brought_forward = 0;
    for month in ["03", "04", "05", "06", "07", "08", "09", "10", "11", "12"] {
        let month = format!("2015-{month}");
        let of_month = ["--mapping", "codes.toml", "--month", &month, "--reverse"];
        let journal = office.ok(&[&["export", "finance"][..], &of_month].concat());
        let mut all: BTreeMap<(String, bool), i64> = BTreeMap::new();
        for line in journal.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let pence = |cell: &str| cell.replace('.', "").parse::<i64>().unwrap_or(0);
            let key = (cells[2].to_owned(), cells[1] == "accrual reversed");
            *all.entry(key).or_default() += pence(cells[5]) - pence(cells[6]);
        }
        assert_eq!(all.values().sum::<i64>(), 0, "{month}");
        let of = |account: &str, reversed| all.get(&(account.to_owned(), reversed)).copied().unwrap_or(0);
        let report = office.json(&["report", "periods", "--every", "month", "--month", &month]);
        let row =
            |key: &str| report["rows"][0][key].as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
        let expenditure = brought_forward + of("expenditure:grants", false);
        let found = [expenditure, of("prepayments", false), -of("accruals", false)];
        assert_eq!(found, [row("expenditure"), row("prepayments"), row("accruals")], "{month}");
        brought_forward = of("expenditure:grants", true);
    }
}

#[test]
fn what_a_mapping_does_not_say_is_refused() {
    let office = small();
    let good = plain_mapping("");
    for (mapping, said) in [
        (
            plain_mapping("prepayments"),
            "no code in the mapping `codes.toml` for:\n  account prepayments, fund victims, theme two\n  hint: add a [[code]]",
        ),
        (
            good.replace("value = \"debit\"", "value = \"amount\""),
            "must contain either debit and credit, or a signed amount",
        ),
        (good.replace("value = \"date\"", "value = \"period\""), "no column contains the date"),
        (
            good.replace("\"codes.code\"\n[", "\"codes.centre\"\n["),
            "has no `centre`, which a column refers to",
        ),
        (
            good.replace("value = \"what\"", "value = \"whom\""),
            "the column `what` has an unknown value `whom`",
        ),
        (
            good.replace("\"accruals\"", "\"assets:grant-control\""),
            "the unknown account `assets:grant-control`",
        ),
        (good.replace("YYYY-MM", "YYYY"), "must consist of DD, MM and YYYY"),
        (good.replace("[[code]]", "[[codes]]"), "unknown field `codes`"),
    ] {
        office.file("codes.toml", mapping);
        let complaint =
            office.refused(1, &["export", "finance", "--mapping", "codes.toml", "--month", "2015-05"]);
        assert!(complaint.contains(said), "{complaint}");
    }
    // The example is one, and is not written over a file.
    office.ok(&["export", "finance", "--example", "-o", "mine.toml"]);
    office.refused(1, &["export", "finance", "--example", "-o", "mine.toml"]);
    let own = office.ok(&["export", "finance", "--mapping", "mine.toml", "--month", "2015-05"]);
    assert_eq!(own, office.ok(&["export", "finance", "--mapping", "example", "--month", "2015-05"]));
    assert!(own.starts_with("Journal type,Date,Account,Cost centre,"), "{own}");
}
