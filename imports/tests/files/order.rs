//! Payments and changes of purpose may be imported in either order: what a pound is reported under
//! follows from its own date.

use almoner_imports::Kind;
use almoner_ledger::book::Books;
use almoner_store::memory::MemoryStore;

use crate::support::{import_well, new_books, rounds};

/// Made-up files, the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % limit
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }

    /// A day of few, so that payments and changes often fall on the same one.
    fn day(&mut self) -> String {
        format!("2015-{:02}-{:02}", 4 + self.below(9), 1 + self.below(3) * 10)
    }
}

/// Awards, payments and changes of purpose of some grants.
fn files(random: &mut Random) -> [String; 3] {
    const SPLITS: [&str; 5] = ["a", "b", "c", "a:60%;b:40%", "b:33.3333%;c:33.3333%;unallocated:33.3334%"];
    const PERIODS: [&str; 4] = [",", "2015-04,2016-03", "2015-02-10,2015-12-03", "2015-10-01,2016-09-30"];
    let mut awards = "id,decision,decided,recipient,amount,purpose,theme,fund,from,to\n".to_owned();
    let mut payments = "award,date,amount,reference\n".to_owned();
    let mut repurposes = "award,decision,date,purpose,theme,include_past\n".to_owned();
    for grant in 0..12 {
        let pence = 100 + random.below(1_000_000);
        let (split, fund, period) =
            (random.of(&SPLITS), random.of(&["cdr", "victims", ""]), random.of(&PERIODS));
        let amount = |pence: u64| format!("{}.{:02}", pence / 100, pence % 100);
        awards += &format!(
            "A{grant},{grant}-2015,2015-03-01,R{},{},P,{split},{fund},{period}\n",
            grant % 5,
            amount(pence)
        );
        let parts = 1 + random.below(5);
        for part in 0..parts {
            let paid = pence / parts + if part == 0 { pence % parts } else { 0 };
            payments += &format!("A{grant},{},{},\n", random.day(), amount(paid));
        }
        for change in 0..random.below(4) {
            let (day, split, charged) = (random.day(), random.of(&SPLITS), random.of(&["yes", "no"]));
            repurposes += &format!("A{grant},R{change}-2016,{day},Purpose {change},{split},{charged}\n");
        }
    }
    [awards, payments, repurposes]
}

fn imported(files: &[(Kind, &str)]) -> MemoryStore {
    let mut store = new_books();
    for (kind, text) in files {
        import_well(&mut store, *kind, text);
    }
    store
}

#[test]
fn payments_and_changes_of_purpose_may_come_in_either_order() {
    for seed in 1..=rounds(15_u64, 60) {
        let [awards, payments, repurposes] = files(&mut Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
        let (awards, payments, repurposes) = (
            (Kind::Awards, awards.as_str()),
            (Kind::Payments, payments.as_str()),
            (Kind::Repurposes, repurposes.as_str()),
        );
        let one = imported(&[awards, payments, repurposes]);
        let other = imported(&[awards, repurposes, payments]);
        assert!(one.totals() == other.totals(), "seed {seed}");
    }
}
