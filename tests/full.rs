//! Writes that the system refuses, because files are limited to each size in turn or the disk is full.
//! Acknowledged records stay, the program reports what happened, and reading still works.

use std::path::Path;
use std::process::{Command, Output};

use crate::office::Office;
use crate::tally::{is_soak, tally};

/// Runs the program with files limited to this number of blocks. At the limit it gets an error, or is stopped by
/// a signal if `stopped`.
fn limited(office: &Office, ledger: &Path, blocks: u64, stopped: bool, arguments: &[&str]) -> Output {
    let trap = if stopped { "" } else { "trap '' XFSZ; " };
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("ulimit -c 0; ulimit -f {blocks}; {trap}exec \"$0\" \"$@\""));
    command.arg(env!("CARGO_BIN_EXE_almoner")).arg("--ledger").arg(ledger).args(arguments);
    command.env("ALMONER_STATE", ledger.with_extension("state"));
    command.env("ALMONER_USER", "jane").current_dir(office.path("."));
    command.output().unwrap()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}

#[test]
fn no_limit_to_file_sizes_loses_an_acknowledged_record() {
    let office = Office::new();
    let award = ["award", "--decision", "1-2015", "--decided", "2015-01-01", "--amount", "1000"];
    office
        .ok(&[&award[..], &["--recipient", "A", "--purpose", "Work", "--theme", "a", "--add-missing"]]
            .concat());
    office.ok(&["pay", "1-2015", "1", "--date", "2015-05-01"]);
    let (mut limits, mut refused) = (0, 0);
    let blocks: Vec<u64> = match is_soak() {
        true => (0..=16).chain([20, 30, 60, 100, 300, 600, 900, 1100, 2000, 5000]).collect(),
        false => vec![0, 1, 2, 3, 4, 6, 8, 12, 16, 30, 100, 600, 2000, 5000],
    };
    for (number, blocks) in blocks.into_iter().flat_map(|it| [(it, false), (it, true)]).enumerate() {
        let ledger = office.path(&format!("{number}.ledger"));
        copy(&office.path("almoner.ledger"), &ledger);
        let name = ledger.to_str().unwrap().to_owned();
        let (blocks, stopped) = blocks;
        let pay = ["pay", "1-2015", "10", "--date", "2015-06-01", "--key", "the key"];
        let output = limited(&office, &ledger, blocks, stopped, &pay);
        let errors = String::from_utf8_lossy(&output.stderr);
        let is_acknowledged = String::from_utf8_lossy(&output.stdout).contains("Recorded as record");
        limits += 1;
        if !is_acknowledged {
            refused += 1;
            assert!(
                stopped || output.status.code() == Some(3),
                "{blocks} blocks: {:?} {errors}",
                output.status
            );
            assert!(
                stopped || errors.contains("could not") || errors.contains("cannot"),
                "{blocks} blocks: {errors}"
            );
        }
        assert!(!errors.contains("panicked"), "{blocks} blocks: {errors}");
        // Acknowledged records can be read at once and within the same limit.
        let report = ["report", "grants", "--format", "csv"];
        for output in [
            limited(&office, &ledger, blocks, false, &report),
            office.run(&[&["-L", &name][..], &report].concat()),
        ] {
            let csv = String::from_utf8_lossy(&output.stdout).into_owned();
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{blocks} blocks: {errors}");
            assert!(csv.contains(",11.00,") || !is_acknowledged && csv.contains(",1.00,"), "{blocks}: {csv}");
        }
        // Sent again, the payment is recorded once.
        office.ok(&[&["-L", &name][..], &pay].concat());
        assert!(office.ok(&[&["-L", &name][..], &report].concat()).contains(",11.00,"));
        office.ok(&["-L", &name, "verify"]);
    }
    assert!(refused > 5 && refused < limits, "{refused} of {limits}");
    println!("{limits} limits, of which {refused} prevented the recording");
    tally("limits to the size of files", limits);
}

/// A small disk for this test, if one can be mounted.
struct Disk(std::path::PathBuf);

impl Disk {
    fn mounted(place: &Path, megabytes: u32) -> Option<Disk> {
        std::fs::create_dir(place).unwrap();
        let size = format!("size={megabytes}m,mode=0700");
        let output = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(place).output();
        output.is_ok_and(|it| it.status.success()).then(|| Disk(place.to_owned()))
    }

    /// Fills the disk except for this number of bytes.
    fn fill(&self, left: u64) {
        use std::io::Write;
        let mut ballast = std::fs::File::create(self.0.join("ballast")).unwrap();
        let mut size = 0;
        while ballast.write_all(&[0; 4096]).is_ok() {
            size += 4096;
        }
        ballast.set_len(u64::saturating_sub(size, left)).unwrap();
    }

    fn make_space(&self) {
        std::fs::remove_file(self.0.join("ballast")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg(&self.0).output());
    }
}

#[test]
fn a_full_disk_loses_no_acknowledged_record() {
    let office = Office::new();
    let Some(disk) = Disk::mounted(&office.path("disk"), 8) else {
        println!("SKIPPED: no disk can be mounted here, which needs root");
        return;
    };
    let run = |arguments: &[&str]| office.run(&[&["-L", "disk/books.ledger"][..], arguments].concat());
    let ok = |arguments: &[&str]| office.ok(&[&["-L", "disk/books.ledger"][..], arguments].concat());
    ok(&["init", "--body", "Test office"]);
    let award = ["award", "--decision", "1-2015", "--decided", "2015-01-01", "--amount", "1000"];
    ok(&[&award[..], &["--recipient", "A", "--purpose", "Work", "--theme", "a", "--add-missing"]].concat());
    let paid = |csv: &str| -> u64 {
        let mut lines = csv.lines();
        let column = lines.next().unwrap().split(',').position(|name| name == "paid").unwrap();
        let amount = lines.next().unwrap().split(',').nth(column).unwrap();
        amount.strip_suffix(".00").unwrap().parse().unwrap()
    };
    let report = ["report", "grants", "--from", "2015-01-01", "--to", "2016-03-31", "--format", "csv"];
    let (mut tried, mut refused) = (0, 0);
    let left = [0, 0, 4, 4, 8, 16, 32, 64, 256, 600, 2048, 0, 4, 12, 20, 24, 48, 96, 128, 512, 1024];
    for kilobytes in left.into_iter().take(if is_soak() { left.len() } else { 11 }) {
        disk.fill(kilobytes * 1024);
        tried += 1;
        let key = format!("payment {tried}");
        // Longer than the free space at the end of a file's last page.
        let reference = format!("{key} {}", "x".repeat(6_000));
        let pay = [
            "pay",
            "1-2015",
            "1",
            "--date",
            "2015-06-01",
            "--again",
            "--reference",
            &reference,
            "--key",
            &key,
        ];
        let output = run(&pay);
        let errors = String::from_utf8_lossy(&output.stderr);
        let is_acknowledged = String::from_utf8_lossy(&output.stdout).contains("Recorded as record");
        assert!(!errors.contains("panicked"), "{kilobytes} KiB: {errors}");
        if !is_acknowledged {
            refused += 1;
            assert_eq!(output.status.code(), Some(3), "{kilobytes} KiB: {errors}");
        }
        // While the disk is full, acknowledged records can be read.
        let read = paid(&ok(&report));
        assert!(read == tried || !is_acknowledged && read + 1 == tried, "{kilobytes} KiB: {read} of {tried}");
        disk.make_space();
        ok(&pay);
        assert_eq!(paid(&ok(&report)), tried, "{kilobytes} KiB");
    }
    ok(&["verify"]);
    assert!(refused > 0 && refused < tried, "{refused} of {tried}");
    println!("{tried} recordings on a full disk, of which {refused} were refused");
    tally("recordings on a disk that is full", tried);
}
