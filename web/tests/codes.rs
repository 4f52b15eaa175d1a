//! One-time codes in an office: set up by their user, needed after the password, used once, and reset by two approvers.

use crate::common::browser::{Browser, at_once, behind, logged, office};
use crate::common::{Answer, Office, lacks, shows};
use almoner_ledger::users::Role;
use totp_rs::{Builder, Secret};

/// What a user has to sign in with.
struct Device {
    secret: String,
    recovery: Vec<String>,
}

impl Device {
    /// Returns the code that it shows so many seconds from now.
    fn code(&self, office: &Office, seconds: i64) -> String {
        let secret = Secret::try_from_base32(self.secret.replace(' ', "")).unwrap();
        let at = office.now().checked_add_signed(seconds).unwrap();
        Builder::new().with_secret(secret).build().unwrap().generate(at).to_string()
    }
}

fn codes_of(page: &Answer) -> Vec<String> {
    let parts = page.body.split("<code>").skip(1);
    parts.map(|part| part.split('<').next().unwrap().to_owned()).collect()
}

/// Sets up the one-time codes of a user, whose device's clock is then at the next step.
fn set_up(office: &Office, user: &str) -> Device {
    let mut browser = Browser::signed_in(office, user);
    let page = browser.post("/account", "/account/codes", &format!("current=kettle-orbit-{user}"));
    let mut device = Device { secret: codes_of(&page)[0].clone(), recovery: Vec::new() };
    let code = device.code(office, 0);
    let done = browser.post("/account", "/account/codes/confirm", &format!("code={code}"));
    device.recovery = codes_of(&done);
    assert_eq!((done.status, device.recovery.len()), (200, 10), "{}", done.body);
    office.later(30);
    device
}

fn field(page: &Answer, name: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// Gives the password of a user, and returns the form of the code.
fn half_in(browser: &mut Browser<'_>, user: &str) -> Answer {
    let page = browser.try_in(user, &format!("kettle-orbit-{user}"));
    assert_eq!(page.status, 200, "{}", page.body);
    shows(&page, &["Enter a one-time code"]);
    lacks(&page, &["Example office"]);
    page
}

/// Sends a code in the form.
fn send(browser: &mut Browser<'_>, form: &Answer, code: &str) -> Answer {
    let fields =
        format!("token={}&half={}&next=%2Fgrants&code={code}", field(form, "token"), field(form, "half"));
    let origin = [("Origin", "https://grants.example")];
    browser.sent("POST", "/sign-in/code", &origin, &fields)
}

#[test]
fn a_user_sets_up_codes_and_signs_in_with_them() {
    let office = office();
    let (mut browser, mut other) = (Browser::signed_in(&office, "rec"), Browser::signed_in(&office, "rec"));
    let refused = browser.post("/account", "/account/codes", "current=wrong");
    assert_eq!(refused.status, 422);
    shows(&refused, &["The present password is wrong."]);
    lacks(&refused, &["otpauth:"]);
    let page = browser.post("/account", "/account/codes", "current=kettle-orbit-rec");
    shows(&page, &["otpauth://totp/Example%20office:rec?secret=", "<svg", "Turn on one-time codes"]);
    let device = Device { secret: codes_of(&page)[0].clone(), recovery: Vec::new() };
    let wrong = browser.post("/account", "/account/codes/confirm", "code=12345");
    assert_eq!(wrong.status, 422);
    // Nothing is on before a code of the app was right.
    Browser::signed_in(&office, "rec");
    let code = device.code(&office, 0);
    let done = browser.post("/account", "/account/codes/confirm", &format!("code={code}"));
    assert_eq!(codes_of(&done).len(), 10, "{}", done.body);
    assert_eq!((browser.get("/").status, other.get("/").status), (303, 303));

    let mut browser = Browser::of(&office);
    let form = half_in(&mut browser, "rec");
    assert_eq!(browser.get("/").status, 303);
    // The code that set them up is used.
    assert_eq!(send(&mut browser, &form, &code).status, 422);
    let answer = send(&mut browser, &form, &device.code(&office, 30));
    assert_eq!((answer.status, answer.header("location")), (303, Some("/grants")), "{}", answer.body);
    shows(&browser.get("/account"), &["On. Unused recovery codes: 10."]);
    // The form is used up with the code.
    office.later(60);
    assert_eq!(send(&mut browser, &form, &device.code(&office, 0)).status, 403);

    // They are turned off with the password and a code.
    let off =
        |browser: &mut Browser<'_>, form: &str| browser.post("/account", "/account/codes/off", form).status;
    let code = device.code(&office, 0);
    assert_eq!(off(&mut browser, &format!("current=wrong&code={code}")), 422);
    assert_eq!(off(&mut browser, "current=kettle-orbit-rec&code=000000"), 422);
    assert_eq!(off(&mut browser, &format!("current=kettle-orbit-rec&code={code}")), 303);
    assert_eq!(browser.get("/").status, 303);
    Browser::signed_in(&office, "rec");
    let log = logged(&office);
    for event in ["codes-set rec", "code-refused rec", "codes-removed rec"] {
        assert!(log.contains(&event.to_owned()), "{event}: {log:?}");
    }
}

#[test]
fn a_code_is_taken_once_and_from_its_user_alone() {
    let office = office();
    let (device, others) = (set_up(&office, "rec"), set_up(&office, "aud"));
    let mut browser = Browser::of(&office);
    let form = half_in(&mut browser, "rec");
    let code = device.code(&office, 0);
    assert_eq!(send(&mut browser, &form, &others.code(&office, 0)).status, 422);
    assert_eq!(send(&mut browser, &form, &others.recovery[0]).status, 422);
    assert_eq!(send(&mut browser, &form, &code).status, 303);
    // The same again, by somebody who has seen it, and after a restart.
    let mut thief = Browser::of(&office);
    let form = half_in(&mut thief, "rec");
    assert_eq!(send(&mut thief, &form, &code).status, 422);
    let office = office.again();
    let mut thief = Browser::of(&office);
    let form = half_in(&mut thief, "rec");
    for code in [code.clone(), device.code(&office, -30)] {
        assert_eq!(send(&mut thief, &form, &code).status, 422);
    }
    // Recovery codes, each once, when guessing is forgotten.
    office.later(15 * 60);
    let form = half_in(&mut thief, "rec");
    assert_eq!(send(&mut thief, &form, &device.recovery[0].to_uppercase()).status, 303);
    let mut browser = Browser::of(&office);
    let form = half_in(&mut browser, "rec");
    assert_eq!(send(&mut browser, &form, &device.recovery[0]).status, 422);
    assert_eq!(send(&mut browser, &form, &device.recovery[1]).status, 303);
    assert!(logged(&office).contains(&"recovery-used rec".to_owned()));
}

#[test]
fn the_password_comes_first_and_in_the_same_browser() {
    let office = office();
    let device = set_up(&office, "rec");
    let mut browser = Browser::of(&office);
    let form = half_in(&mut browser, "rec");
    let code = device.code(&office, 0);
    // Without the password; with the form of another browser; from another site.
    let mut other = Browser::of(&office);
    let own = other.get("/sign-in");
    let fields = format!("token={}&half=&code={code}", field(&own, "token"));
    let origin = [("Origin", "https://grants.example")];
    assert_eq!(other.sent("POST", "/sign-in/code", &origin, &fields).status, 403);
    assert_eq!(send(&mut other, &form, &code).status, 403);
    let fields = format!("token={}&half={}&code={code}", field(&own, "token"), field(&form, "half"));
    assert_eq!(other.sent("POST", "/sign-in/code", &origin, &fields).status, 403);
    let evil = [("Origin", "https://evil.example")];
    let fields = format!("token={}&half={}&code={code}", field(&form, "token"), field(&form, "half"));
    assert_eq!(browser.sent("POST", "/sign-in/code", &evil, &fields).status, 403);
    // A session that somebody has put into the browser is not the one that begins.
    browser.cookies.push(format!("__Host-almoner={}", "a".repeat(64)));
    assert_eq!(send(&mut browser, &form, &code).status, 303);
    let mut fixed = Browser::with(&office, vec![format!("__Host-almoner={}", "a".repeat(64))]);
    assert_eq!((browser.get("/").status, fixed.get("/").status), (200, 303));

    // After five minutes, a change of the user, or a restart, the password is needed again.
    office.later(30);
    let mut browser = Browser::of(&office);
    let form = half_in(&mut browser, "rec");
    office.later(300);
    assert_eq!(send(&mut browser, &form, &device.code(&office, 0)).status, 403);
    let form = half_in(&mut browser, "rec");
    office.add_user("jane", "rec", &[Role::Payer], None);
    assert_eq!(send(&mut browser, &form, &device.code(&office, 0)).status, 422);
    let form = half_in(&mut browser, "rec");
    let cookies = browser.cookies.clone();
    let office = office.again();
    let mut browser = Browser::with(&office, cookies);
    assert_eq!(send(&mut browser, &form, &device.code(&office, 0)).status, 403);
}

#[test]
fn guessing_codes_counts_as_guessing() {
    let office = behind(&["127.0.0.1/32"]);
    let device = set_up_from(&office, "rec");
    let mut guesser = Browser::of(&office).from("198.51.100.7");
    let form = half_in(&mut guesser, "rec");
    // The password was a try, too, and being right forgives nothing yet.
    for _ in 0..4 {
        assert_eq!(send(&mut guesser, &form, "000000").status, 422);
    }
    let answer = send(&mut guesser, &form, &device.code(&office, 0));
    assert_eq!(answer.status, 429);
    shows(&answer, &["Try again in 15 minutes"]);
    assert_eq!(guesser.try_in("rec", "kettle-orbit-rec").status, 429);
    // A user without codes is let in from there.
    assert_eq!(guesser.try_in("aud", "kettle-orbit-aud").status, 303);
    assert!(logged(&office).contains(&"too-many rec".to_owned()));
    office.later(15 * 60);
    let form = half_in(&mut guesser, "rec");
    assert_eq!(send(&mut guesser, &form, &device.code(&office, 0)).status, 303);
}

#[test]
fn codes_guessed_at_the_same_time_are_limited_as_those_guessed_after_each_other() {
    let office = office();
    let device = set_up(&office, "rec");
    let mut guesser = Browser::of(&office);
    let form = half_in(&mut guesser, "rec");
    // The password was an attempt, too.
    let statuses = at_once(16, || send(&mut guesser.another(), &form, "000000").status);
    assert_eq!(statuses, [[422; 4].as_slice(), &[429; 12]].concat());
    // A right one at the same time lets one in.
    office.later(15 * 60);
    let form = half_in(&mut guesser, "rec");
    let code = device.code(&office, 0);
    let statuses = at_once(8, || send(&mut guesser.another(), &form, &code).status);
    assert_eq!(statuses.iter().filter(|it| **it == 303).count(), 1, "{statuses:?}");
}

#[test]
fn a_confirmation_sent_twice_turns_codes_on_once() {
    let office = office();
    let mut browser = Browser::signed_in(&office, "rec");
    let page = browser.post("/account", "/account/codes", "current=kettle-orbit-rec");
    let device = Device { secret: codes_of(&page)[0].clone(), recovery: Vec::new() };
    let form = format!("token={}&code={}", field(&page, "token"), device.code(&office, 0));
    let origin = [("Origin", "https://grants.example")];
    let recovery = at_once(6, || {
        let done = browser.another().sent("POST", "/account/codes/confirm", &origin, &form);
        if done.status == 200 { codes_of(&done) } else { Vec::new() }
    });
    let shown: Vec<&Vec<String>> = recovery.iter().filter(|codes| !codes.is_empty()).collect();
    assert_eq!(shown.len(), 1, "{shown:?}");
    // The recovery codes that were shown are the ones that are good.
    let mut browser = Browser::of(&office);
    let form = half_in(&mut browser, "rec");
    assert_eq!(send(&mut browser, &form, &shown[0][9]).status, 303);
}

fn set_up_from(office: &Office, user: &str) -> Device {
    let mut browser = Browser::of(office).from("192.0.2.1");
    assert_eq!(browser.try_in(user, &format!("kettle-orbit-{user}")).status, 303);
    let page = browser.post("/account", "/account/codes", &format!("current=kettle-orbit-{user}"));
    let device = Device { secret: codes_of(&page)[0].clone(), recovery: Vec::new() };
    let code = device.code(office, 0);
    browser.post("/account", "/account/codes/confirm", &format!("code={code}"));
    office.later(30);
    device
}

#[test]
fn two_approvers_reset_the_codes_of_a_third_user() {
    let office = office();
    for id in ["bob", "ann"] {
        office.add_user("jane", id, &[Role::Approver], None);
    }
    let device = set_up(&office, "bob");
    let (mut jane, mut rec) = (Browser::signed_in(&office, "jane"), Browser::signed_in(&office, "rec"));
    let mut ann = Browser::signed_in(&office, "ann");
    // Neither those who do not approve, nor one approver alone.
    assert_eq!(rec.post("/account", "/users/bob/codes", "").status, 404);
    lacks(&rec.get("/users/bob"), &["One-time codes"]);
    shows(&jane.get("/users/bob"), &["Request a reset"]);
    for _ in 0..2 {
        assert_eq!(jane.post("/account", "/users/bob/codes", "").status, 303);
    }
    shows(&jane.get("/users/bob"), &["Another approver must confirm this"]);
    half_in(&mut Browser::of(&office), "bob");
    shows(&ann.get("/users/bob"), &["jane has requested", "Confirm the reset"]);
    // The user, who is an approver, cannot confirm it.
    let mut bob = Browser::of(&office);
    let form = half_in(&mut bob, "bob");
    let code = device.recovery[0].clone();
    assert_eq!(send(&mut bob, &form, &code).status, 303);
    assert_eq!(bob.post("/account", "/users/bob/codes", "").status, 422);
    // Having signed in with a code, bob needs no reset: it begins again.
    shows(&ann.get("/users/bob"), &["Request a reset"]);
    for browser in [&mut jane, &mut ann] {
        assert_eq!(browser.post("/account", "/users/bob/codes", "").status, 303);
    }
    assert_eq!(bob.get("/").status, 303);
    Browser::signed_in(&office, "bob");
    let log = logged(&office);
    for event in ["codes-reset-wanted bob jane", "codes-removed bob ann"] {
        assert!(log.contains(&event.to_owned()), "{event}: {log:?}");
    }
}

#[test]
fn no_secret_of_codes_is_in_a_file() {
    let office = office();
    let device = set_up(&office, "rec");
    let secret = device.secret.replace(' ', "");
    let mut folders = vec![office.around().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            let found = device.recovery.iter().chain([&secret]).any(|it| text.contains(it.as_str()));
            assert!(!found, "{}", path.display());
        }
    }
}
