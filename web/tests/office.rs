//! The pages of an office, whose users sign in: who gets in, what they see, what they may do, and what ends a session.

use crate::common::browser::{Browser, at_once, behind, logged, office};
use crate::common::{Answer, lacks, pay, shows};
use almoner_ledger::users::Role;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;

#[test]
fn nothing_is_shown_before_signing_in() {
    let office = office();
    let mut browser = Browser::of(&office);
    for (path, location) in [
        ("/", "/sign-in"),
        ("/grants/1-2015?audience=public", "/sign-in?next=%2Fgrants%2F1-2015%3Faudience%3Dpublic"),
        ("/reports/themes", "/sign-in?next=%2Freports%2Fthemes"),
        ("/nothing", "/sign-in?next=%2Fnothing"),
    ] {
        let answer = browser.get(path);
        assert_eq!((answer.status, answer.header("location")), (303, Some(location)), "{path}");
    }
    let before = office.records();
    let answer = browser.sent("POST", "/grants/1-2015/pay", &[("Origin", &office.origin)], "token=&amount=5");
    assert_eq!(answer.status, 403);
    shows(&answer, &["You are not signed in"]);
    assert_eq!(office.records(), before);
    // The way in of a desk is closed.
    assert_eq!(browser.get("/start?start=").status, 403);
    let page = browser.get("/sign-in");
    lacks(&page, &["Example office", "Open Door", "test.ledger"]);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'"), "{policy}");
}

#[test]
fn a_user_signs_in_with_the_password() {
    let office = office();
    let mut browser = Browser::of(&office);
    for (user, password) in [
        ("jane", "wrong"),
        ("nobody", "kettle-orbit-jane"),
        ("jane", ""),
        ("", ""),
        ("rec", "kettle-orbit-jane"),
    ] {
        let answer = browser.try_in(user, password);
        assert_eq!(answer.status, 422, "{user} {password}");
        shows(&answer, &["The user name or the password is wrong."]);
        assert_eq!(browser.get("/").status, 303);
    }
    let answer = browser.try_in("jane", "kettle-orbit-jane");
    let cookie = answer.header("set-cookie").unwrap();
    for part in ["__Host-almoner=", "; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    let page = browser.get("/");
    assert_eq!(page.status, 200);
    shows(&page, &["Example office", "Sign out", ">jane<"]);
    // Signing in again makes a new session, and ends the one before.
    let before = browser.cookies.clone();
    browser.try_in("jane", "kettle-orbit-jane");
    assert_ne!(browser.cookies, before);
    let mut earlier = Browser::with(&office, before);
    assert_eq!(earlier.get("/").status, 303);
    assert_eq!(
        logged(&office),
        ["refused jane", "refused", "refused jane", "refused rec", "signed-in jane", "signed-in jane"]
    );
}

#[test]
fn a_form_of_others_signs_nobody_in() {
    let office = office();
    let form = "user=jane&password=kettle-orbit-jane&token=";
    let mut browser = Browser::of(&office);
    let own = [("Origin", office.origin.as_str())];
    assert_eq!(browser.sent("POST", "/sign-in", &own, form).status, 403);
    let others = [("Origin", "https://evil.example")];
    assert_eq!(browser.sent("POST", "/sign-in", &others, form).status, 403);
    // With the token of another browser.
    let page = Browser::of(&office).get("/sign-in").body;
    let (_, token) = page.split_once("name=\"token\" value=\"").unwrap();
    browser.get("/sign-in");
    let form = format!("{form}{}", token.split('"').next().unwrap());
    assert_eq!(browser.sent("POST", "/sign-in", &own, &form).status, 403);
    assert_eq!(browser.get("/").status, 303);
    for (path, location) in [("https://evil.example", "/"), ("//evil.example", "/"), ("/grants", "/grants")] {
        let form = format!("user=jane&password=kettle-orbit-jane&next={path}");
        let answer = Browser::of(&office).post("/sign-in", "/sign-in", &form);
        assert_eq!(answer.header("location"), Some(location), "{path}");
    }
}

#[test]
fn users_see_and_record_what_their_roles_allow() {
    let office = office();
    for (user, sees_all, as_panel, as_auditor, records) in [
        ("jane", true, true, true, true),
        ("rec", true, true, true, true),
        ("aud", true, true, true, false),
        ("cllr", false, true, false, false),
        ("press", false, false, false, false),
    ] {
        let mut browser = Browser::signed_in(&office, user);
        let status = |browser: &mut Browser<'_>, path: &str| browser.get(path).status;
        assert_eq!(status(&mut browser, "/grants/1-2015"), 200, "{user}");
        assert_eq!(status(&mut browser, "/grants/C1-2015"), if sees_all { 200 } else { 404 }, "{user}");
        assert_eq!(status(&mut browser, "/log"), if sees_all { 200 } else { 404 }, "{user}");
        for (audience, may) in
            [("public", true), ("panel", as_panel), ("officer", sees_all), ("auditor", as_auditor)]
        {
            let path = format!("/grants?audience={audience}");
            assert_eq!(status(&mut browser, &path), if may { 200 } else { 404 }, "{user} {audience}");
        }
        let list = browser.get("/grants");
        if sees_all {
            shows(&list, &["Quiet House"])
        } else {
            lacks(&list, &["Quiet House", "777.77"])
        }
        let form = browser.get("/grants/1-2015/pay");
        assert_eq!(form.status, if sees_all { 200 } else { 404 }, "{user}");
        assert_eq!(browser.get("/grants/1-2015").body.contains("/grants/1-2015/pay"), records, "{user}");
        let before = office.records();
        let sent = browser.post("/account", "/grants/1-2015/pay", "amount=5&date=2015-06-01&reference=R");
        assert_eq!(sent.status, if records { 303 } else { 403 }, "{user}: {}", sent.body);
        assert_eq!(office.records(), before);
    }
}

#[test]
fn what_is_recorded_is_by_whoever_is_signed_in() {
    let office = office();
    let mut browser = Browser::signed_in(&office, "rec");
    let sent =
        browser.post("/account", "/grants/1-2015/pay", "amount=5&date=2015-06-01&reference=R1&user=jane");
    let draft = sent.header("location").unwrap().to_owned();
    let mut other = Browser::signed_in(&office, "jane");
    let before = office.records();
    // The draft of another user is not there.
    for path in [draft.clone(), format!("{draft}/done")] {
        assert_eq!(other.get(&path).status, 404, "{path}");
    }
    assert_eq!(other.post("/account", &format!("{draft}/record"), "").status, 404);
    assert_eq!(office.records(), before);
    let recorded = browser.post(&draft, &format!("{draft}/record"), "");
    assert_eq!(recorded.status, 303, "{}", recorded.body);
    let record = office.records();
    assert!(record > before);
    shows(&other.get(&format!("/records/{record}")), &["by rec"]);
}

#[test]
fn a_change_of_the_user_ends_the_session() {
    let office = office();
    for roles in [&[Role::Recorder][..], &[]] {
        office.add_user("jane", "rec", &[Role::Recorder, Role::Payer], None);
        let mut browser = Browser::signed_in(&office, "rec");
        assert_eq!(browser.get("/").status, 200);
        office.add_user("jane", "rec", roles, None);
        assert_eq!(browser.get("/").status, 303, "{roles:?}");
    }
    assert_eq!(Browser::of(&office).try_in("rec", "kettle-orbit-rec").status, 422);
    let mut browser = Browser::signed_in(&office, "cllr");
    office.accounts().set_password(&"cllr".parse().unwrap(), "another", &[9; 32]).unwrap();
    assert_eq!(browser.get("/").status, 303);
    // Other records change nothing.
    let mut browser = Browser::signed_in(&office, "press");
    office.add_user("jane", "rec", &[Role::Payer], None);
    office.record_as("rec", false, &[pay("1-2015", "2015-06-15", "250")]);
    assert_eq!(browser.get("/").status, 200);
}

#[test]
fn sessions_outlast_a_restart_until_they_end() {
    let office = office();
    let mut going_on = Browser::signed_in(&office, "rec");
    let (mut signed_out, changed) = (Browser::signed_in(&office, "rec"), Browser::signed_in(&office, "cllr"));
    let (ended, mut replaced) = (Browser::signed_in(&office, "aud"), Browser::signed_in(&office, "press"));
    let mut approver = Browser::signed_in(&office, "jane");
    let before = [signed_out.cookies.clone(), replaced.cookies.clone()];
    signed_out.post("/account", "/sign-out", "");
    replaced.try_in("press", "kettle-orbit-press");
    let all = approver.get("/sessions");
    let row = all.body.split("<tr>").find(|row| row.contains(">aud<")).unwrap();
    let (_, number) = row.split_once("name=\"number\" value=\"").unwrap();
    let number = number.split('"').next().unwrap();
    approver.post("/account", "/sessions/end", &format!("number={number}&all=yes"));
    let page = going_on.get("/grants/1-2015/pay");
    let cookies = [&going_on, &ended, &changed, &approver].map(|it| it.cookies.clone());
    let office = office.again();
    let [mut of_going_on, of_ended, of_changed, of_approver] =
        cookies.map(|cookies| Browser::with(&office, cookies));
    assert_eq!(of_going_on.get("/").status, 200);
    for (name, mut browser) in before
        .map(|cookies| ("before", Browser::with(&office, cookies)))
        .into_iter()
        .chain([("ended", of_ended)])
    {
        assert_eq!(browser.get("/").status, 303, "{name}");
    }
    // A form from before is taken: its token is the session's.
    assert_eq!(of_going_on.get("/grants/1-2015/pay").body, page.body);
    // Changes while the pages do not run end sessions, too, and so does time.
    let cookies = [of_going_on, of_changed, of_approver].map(|it| it.cookies);
    let office = office.again_after(|office| {
        office.add_user("jane", "cllr", &[Role::Reader], None);
        office.accounts().set_password(&"jane".parse().unwrap(), "another", &[9; 32]).unwrap();
        office.later(29 * 60);
    });
    let cookies = cookies.map(|cookies| {
        let mut browser = Browser::with(&office, cookies);
        (browser.get("/").status, browser.cookies)
    });
    let [(of_going_on, cookies), (of_changed, _), (of_approver, _)] = cookies;
    assert_eq!((of_going_on, of_changed, of_approver), (200, 303, 303));
    let office = office.again_after(|office| office.later(30 * 60));
    assert_eq!(Browser::with(&office, cookies).get("/").status, 303);
}

#[test]
fn guessing_counts_after_a_restart() {
    let office = office();
    let mut guesser = Browser::of(&office);
    for _ in 0..5 {
        assert_eq!(guesser.try_in("jane", "guess").status, 422);
    }
    let office = office.again();
    assert_eq!(Browser::of(&office).try_in("jane", "kettle-orbit-jane").status, 429);
    office.later(15 * 60);
    assert_eq!(Browser::of(&office).try_in("jane", "kettle-orbit-jane").status, 303);
}

#[test]
fn sessions_that_cannot_be_opened_begin_anew() {
    let office = office();
    let cookies = Browser::signed_in(&office, "rec").cookies;
    let office = office.again_after(|office| {
        let database = office.around().join("test.serve/sessions/db");
        std::fs::remove_file(&database).unwrap();
        std::fs::create_dir(database).unwrap();
    });
    let mut browser = Browser::with(&office, cookies);
    assert_eq!(browser.get("/").status, 303);
    assert_eq!(browser.try_in("rec", "kettle-orbit-rec").status, 303);
    assert!(office.around().join("test.serve/sessions.unusable").exists());
}

#[test]
fn sessions_are_listed_and_ended() {
    let office = office();
    let (mut first, mut second) = (Browser::signed_in(&office, "rec"), Browser::signed_in(&office, "rec"));
    let mut approver = Browser::signed_in(&office, "jane");
    assert_eq!(first.get("/account").body.matches("Last used").count(), 1);
    assert_eq!(first.get("/account").body.matches("name=\"number\"").count(), 2);
    let number = |page: &Answer, place: usize| {
        let found = page.body.split("name=\"number\" value=\"").nth(place).unwrap();
        found.split('"').next().unwrap().to_owned()
    };
    // The sessions of others are for approvers.
    assert_eq!(first.get("/sessions").status, 404);
    let all = approver.get("/sessions");
    assert_eq!(all.body.matches("name=\"number\"").count(), 3);
    let of_approver = number(&all, 1);
    first.post("/account", "/sessions/end", &format!("number={of_approver}"));
    assert_eq!(approver.get("/").status, 200);
    // Own, and as an approver another's.
    let own = number(&first.get("/account"), 1);
    first.post("/account", "/sessions/end", &format!("number={own}"));
    assert_eq!((first.get("/").status, second.get("/").status), (200, 303));
    let last = number(&approver.get("/sessions"), 2);
    approver.post("/account", "/sessions/end", &format!("number={last}&all=yes"));
    assert_eq!(first.get("/").status, 303);
    // Signing out needs the token.
    approver.sent("POST", "/sign-out", &[("Origin", office.origin.as_str())], "");
    approver.cookies.clear();
    assert_eq!(approver.get("/").status, 303);
    let mut approver = Browser::signed_in(&office, "jane");
    let before = approver.cookies.clone();
    assert_eq!(approver.post("/account", "/sign-out", "").header("location"), Some("/sign-in"));
    assert_eq!(Browser::with(&office, before).get("/").status, 303);
    let ended: Vec<String> =
        logged(&office).into_iter().filter(|it| it.starts_with("session-ended")).collect();
    assert_eq!(ended, ["session-ended rec", "session-ended rec jane"]);
}

#[test]
fn a_user_changes_the_password() {
    let office = office();
    let (mut browser, mut other) = (Browser::signed_in(&office, "rec"), Browser::signed_in(&office, "rec"));
    for (current, password, repeated, why) in [
        ("wrong", "mustard-fjord-lantern", "mustard-fjord-lantern", "The present password is wrong."),
        ("kettle-orbit-rec", "mustard-fjord-lantern", "mustard", "The two passwords differ."),
        ("kettle-orbit-rec", "short", "short", "at least 12 characters"),
        ("kettle-orbit-rec", "password1234", "password1234", "easy to guess"),
        ("kettle-orbit-rec", "Example office 1", "Example office 1", "easy to guess"),
    ] {
        let form = format!("current={current}&password={password}&repeated={repeated}");
        let answer = browser.post("/account", "/account/password", &form);
        assert_eq!(answer.status, 422, "{form}");
        shows(&answer, &[why]);
    }
    let form = "current=kettle-orbit-rec&password=mustard-fjord-lantern&repeated=mustard-fjord-lantern";
    let answer = browser.post("/account", "/account/password", form);
    assert_eq!(answer.header("location"), Some("/sign-in"), "{}", answer.body);
    assert_eq!((browser.get("/").status, other.get("/").status), (303, 303));
    assert_eq!(browser.try_in("rec", "kettle-orbit-rec").status, 422);
    assert_eq!(browser.try_in("rec", "mustard-fjord-lantern").status, 303);
}

#[test]
fn users_create_and_revoke_access_tokens() {
    let office = office();
    let mut recorder = Browser::signed_in(&office, "rec");
    let mut reader = Browser::signed_in(&office, "cllr");
    shows(&recorder.get("/account"), &["Access tokens", "Reading and recording", "29 Dec 2015"]);
    lacks(&reader.get("/account"), &["Reading and recording"]);
    for (form, why) in [
        ("name=&scope=read&until=", "The text is empty"),
        ("name=finance&scope=read&until=1+Jan+2017", "cannot last until 1 Jan 2017"),
        ("name=finance&scope=read&until=soon", "“soon”"),
        ("name=finance&scope=all&until=", "not one of the choices"),
    ] {
        let form = format!("{form}&current=kettle-orbit-rec");
        let answer = recorder.post("/account", "/account/tokens", &form);
        assert_eq!(answer.status, 422, "{form}");
        shows(&answer, &[why]);
    }
    shows(
        &recorder.post("/account", "/account/tokens", "name=my+site&until=soon&current=kettle-orbit-rec"),
        &["value=\"my site\"", "value=\"soon\""],
    );
    let refused =
        reader.post("/account", "/account/tokens", "name=site&scope=record&until=&current=kettle-orbit-cllr");
    shows(&refused, &["do not allow recording"]);
    // Who only finds the browser open has no token.
    for current in ["", "kettle-orbit-cllr"] {
        let refused = recorder.post("/account", "/account/tokens", &format!("name=site&current={current}"));
        assert_eq!(refused.status, 422, "{current}");
        shows(&refused, &["The present password is wrong."]);
    }
    let form = "name=finance&scope=record&until=30+Oct+2015&current=kettle-orbit-rec";
    let page = recorder.post("/account", "/account/tokens", form);
    let (_, rest) = page.body.split_once("<code>almoner_").unwrap();
    let secret: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
    assert_eq!((page.status, secret.len()), (200, 64), "{}", page.body);
    let account = recorder.get("/account");
    shows(&account, &["finance", "30 Oct 2015", "Never"]);
    lacks(&account, &[&secret]);
    let bearer = format!("Bearer almoner_{secret}");
    let read = || office.send("GET", "/grants.json", &[("Authorization", &bearer)], "").status;
    assert_eq!(read(), 200);
    shows(&recorder.get("/account"), &["30 Sep 2015"]);
    // Another's token is not there, but for approvers.
    reader.post("/account", "/account/tokens/revoke", "number=1");
    assert_eq!(read(), 200);
    let mut approver = Browser::signed_in(&office, "jane");
    shows(&approver.get("/sessions"), &["Access tokens", "finance"]);
    approver.post("/account", "/account/tokens/revoke", "number=1&all=yes");
    assert_eq!(read(), 401);
    lacks(&recorder.get("/account"), &["finance"]);
    let tokens: Vec<String> = logged(&office).into_iter().filter(|it| it.starts_with("token")).collect();
    assert_eq!(
        tokens,
        ["token-made rec", "token-used rec", "token-used rec", "token-revoked rec jane", "token-refused"]
    );
}

#[test]
fn an_approver_invites_a_user_to_set_a_password() {
    let office = office();
    let mut approver = Browser::signed_in(&office, "jane");
    let mut other = Browser::signed_in(&office, "rec");
    assert_eq!(other.post("/account", "/users/cllr/invite", "").status, 404);
    lacks(&other.get("/users/cllr"), &["Invite"]);
    shows(&approver.get("/users/cllr"), &["Invite to sign in"]);
    assert_eq!(approver.post("/account", "/users/nobody/invite", "").status, 404);
    let page = approver.post("/account", "/users/cllr/invite", "");
    let (_, rest) = page.body.split_once("https://grants.example/invitation?code=").unwrap();
    let code: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
    let address = format!("/invitation?code={code}");
    let mut invited = Browser::of(&office);
    shows(&invited.get(&address), &["You will sign in as", "cllr"]);
    let form = |password: &str| format!("code={code}&password={password}&repeated={password}");
    for weak in ["password1234", "Example+office+1"] {
        assert_eq!(invited.post(&address, "/invitation", &form(weak)).status, 422, "{weak}");
    }
    // Until it is accepted, the earlier password is good.
    Browser::signed_in(&office, "cllr");
    let set = invited.post(&address, "/invitation", &form("mustard-fjord-lantern"));
    assert_eq!(set.header("location"), Some("/sign-in"), "{}", set.body);
    assert_eq!(invited.try_in("cllr", "mustard-fjord-lantern").status, 303);
    assert_eq!(invited.get(&address).status, 403);
    assert_eq!(Browser::of(&office).get("/invitation?code=").status, 403);
}

#[test]
fn guessing_is_slowed_and_refused_without_locking_a_user_out() {
    let office = behind(&["127.0.0.1/32"]);
    let mut guesser = Browser::of(&office).from("198.51.100.7");
    for _ in 0..4 {
        assert_eq!(guesser.try_in("jane", "guess").status, 422);
    }
    assert_eq!(guesser.try_in("jane", "guess").status, 422);
    let answer = guesser.try_in("jane", "kettle-orbit-jane");
    assert_eq!(answer.status, 429);
    shows(&answer, &["Try again in 15 minutes"]);
    // A forged address before the proxy's own is not believed.
    let mut forged = Browser::of(&office).from("203.0.113.9, 198.51.100.7");
    assert_eq!(forged.try_in("jane", "kettle-orbit-jane").status, 429);
    let mut jane = Browser::of(&office).from("192.0.2.1");
    assert_eq!(jane.try_in("jane", "kettle-orbit-jane").status, 303);
    assert_eq!(logged(&office).iter().filter(|it| *it == "too-many").count(), 2);
}

#[test]
fn passwords_guessed_at_the_same_time_are_limited_as_those_guessed_after_each_other() {
    let office = office();
    let statuses = at_once(16, || Browser::of(&office).try_in("jane", "guess").status);
    assert_eq!(statuses, [[422; 5].as_slice(), &[429; 11]].concat());
    assert_eq!(Browser::of(&office).try_in("jane", "kettle-orbit-jane").status, 429);
    let log = logged(&office);
    let logged = |event: &str| log.iter().filter(|it| *it == event).count();
    assert_eq!((logged("refused jane"), logged("too-many")), (5, 12));
}

#[test]
fn refused_attempts_do_not_fill_the_log() {
    let office = office();
    for _ in 0..5 {
        Browser::of(&office).try_in("jane", "guess");
    }
    let mut browser = Browser::of(&office);
    for _ in 0..52 {
        assert_eq!(browser.try_in("jane", "guess").status, 429);
    }
    assert_eq!(logged(&office).iter().filter(|it| *it == "too-many").count(), 50);
}

#[test]
fn what_a_proxy_with_a_password_of_its_own_passes_on_is_ignored() {
    let office = office();
    let (mut browser, origin) = (Browser::signed_in(&office, "rec"), office.origin.clone());
    for header in ["Basic amFuZTpqYW5l", "Bearer eyJhbGciOiJub25lIn0", "Negotiate YII=", ""] {
        let with = [("Authorization", header), ("Origin", origin.as_str())];
        // Pages and forms, with a session and without.
        let page = browser.sent("GET", "/grants/1-2015/pay", &with, "");
        assert_eq!(page.status, 200, "{header}: {}", page.body);
        let (_, token) = page.body.split_once("name=\"token\" value=\"").unwrap();
        let token = token.split('"').next().unwrap();
        let form = format!("token={token}&amount=10&date=2015-06-01&reference=R1");
        let sent = browser.sent("POST", "/grants/1-2015/pay", &with, &form);
        assert!(sent.header("location").is_some_and(|it| it.starts_with("/drafts/")), "{header}: {sent:?}");
        let nobody = Browser::of(&office).sent("GET", "/grants", &with, "");
        assert_eq!(nobody.header("location"), Some("/sign-in?next=%2Fgrants"), "{header}");
        assert_eq!(Browser::of(&office).sent("GET", "/sign-in", &with, "").status, 200, "{header}");
        // Addresses of JSON: only a session or a token of ours opens them, and nothing else records.
        assert_eq!(browser.sent("GET", "/grants.json", &with, "").status, 200, "{header}");
        let before = office.records();
        for (method, path, answer) in [
            ("GET", "/grants.json", Browser::of(&office).sent("GET", "/grants.json", &with, "")),
            ("POST", "/api/record", Browser::of(&office).sent("POST", "/api/record", &with, "{}")),
            ("POST", "/api/record", browser.sent("POST", "/api/record", &with, "{}")),
        ] {
            assert_eq!(answer.status, 401, "{header} {method} {path}: {}", answer.body);
            shows(&answer, &["\"token-refused\"", "send `Authorization: Bearer TOKEN`"]);
            assert_eq!(answer.header("content-type"), Some("application/json"));
        }
        assert_eq!(office.records(), before);
    }
}

#[test]
fn a_form_of_an_earlier_session_signs_nobody_out() {
    let office = office();
    let mut browser = Browser::signed_in(&office, "rec");
    let answer = browser.sent("POST", "/sign-out", &[("Origin", office.origin.as_str())], "token=0");
    assert_eq!((answer.status, answer.header("set-cookie")), (403, None));
    shows(&answer, &["You are still signed in"]);
    assert_eq!(browser.get("/").status, 200);
    // Nobody is left to be signed out.
    assert_eq!(browser.post("/account", "/sign-out", "").status, 303);
    assert_eq!(browser.post("/account", "/sign-out", "").header("location"), Some("/sign-in"));
}

#[test]
fn a_form_of_somebody_without_a_session_is_small() {
    let office = office();
    let mut browser = Browser::of(&office);
    for (length, status) in [(15_000, 303), (17_000, 403)] {
        let form = format!("user=jane&password=kettle-orbit-jane&more={}", "x".repeat(length));
        assert_eq!(browser.post("/sign-in", "/sign-in", &form).status, status, "{length}");
    }
}

#[test]
fn only_the_proxy_is_answered() {
    let office = behind(&["10.0.0.0/8"]);
    let answer = Browser::of(&office).from("10.0.0.1").get("/sign-in");
    assert_eq!((answer.status, answer.body.as_str()), (403, ""));
}

#[test]
fn secrets_stay_beside_the_ledger() {
    let office = office();
    Browser::signed_in(&office, "jane");
    let mut folders = vec![office.around().join("test.ledger")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            assert!(!text.contains("argon2id") && !text.contains("kettle-orbit"), "{}", path.display());
        }
    }
    assert!(files > 2);
    let accounts = std::fs::read_to_string(office.around().join("test.serve/accounts.json")).unwrap();
    assert!(accounts.contains("argon2id") && !accounts.contains("kettle-orbit"));
}

/// Returns a value of a form as somebody may send it, written as in a form.
fn value() -> impl Strategy<Value = String> {
    let text = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    prop_oneof![
        Just("%3Cscript%3Ealert(1)%3C%2Fscript%3E".to_owned()),
        Just("https%3A%2F%2Fevil.example%2F".to_owned()),
        "[0-9]{6}|[0-9a-f]{64}|[%&=+;]{1,6}|%[0-9A-F]{1,2}",
        "\\PC{0,20}".prop_map(move |given| text(&given)),
        vec(any::<u8>(), 0..20)
            .prop_map(|bytes| bytes.iter().map(|byte| format!("%{byte:02X}")).collect::<String>()),
        (190_usize..2_000).prop_map(|length| "x".repeat(length)),
    ]
}

/// What takes a form of somebody who has no session, and the fields of these forms.
const PATHS: [&str; 5] = ["/sign-in", "/sign-in/code", "/sign-out", "/invitation", "/start"];
const NAMES: [&str; 9] = ["token", "user", "password", "repeated", "next", "half", "code", "start", ""];

#[test]
fn whatever_is_sent_to_the_entrance_lets_nobody_in_and_breaks_nothing() {
    let office = behind(&["127.0.0.1/32"]);
    let mut browser = Browser::of(&office).from("192.0.2.1");
    let page = browser.get("/sign-in");
    let (_, token) = page.body.split_once("name=\"token\" value=\"").unwrap();
    let (token, cookies) = (token.split('"').next().unwrap(), browser.cookies.join("; "));
    let sent = (select(&PATHS[..]), any::<bool>(), vec((select(&NAMES[..]), value()), 0..8), any::<u16>());
    let config = ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() };
    let tried = TestRunner::new(config).run(&sent, |(path, has_token, fields, from)| {
        let [high, low] = from.to_be_bytes();
        let from = format!("198.18.{high}.{low}");
        let headers =
            [("Cookie", cookies.as_str()), ("Origin", office.origin.as_str()), ("X-Forwarded-For", &from)];
        // Each user name is another: one that was tried before would take longer.
        let given = fields.iter().map(|(name, value)| match *name {
            "user" => format!("user={low}.{high}{value}"),
            name => format!("{name}={value}"),
        });
        let form: Vec<String> =
            has_token.then(|| format!("token={token}")).into_iter().chain(given).collect();
        let form = form.join("&");
        let answer = office.send("POST", path, &headers, &form);
        prop_assert!([303, 403, 422, 429].contains(&answer.status), "{} {}: {:?}", path, form, answer);
        let cookies = answer.head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
        for cookie in cookies {
            let is_of_no_session = cookie.starts_with("__Host-almoner-form=") || cookie.contains("=; ");
            prop_assert!(is_of_no_session, "{} {}: {}", path, form, cookie);
        }
        if let Some(location) = answer.header("location") {
            prop_assert_eq!((path, location), ("/sign-out", "/sign-in"));
        }
        prop_assert!(
            answer.header("content-security-policy").is_some() && !answer.body.contains("<script>alert")
        );
        Ok(())
    });
    tried.unwrap();
    assert!(!logged(&office).iter().any(|it| it.starts_with("signed") || it.starts_with("password")));
    assert_eq!(Browser::of(&office).from("192.0.2.1").try_in("jane", "kettle-orbit-jane").status, 303);
}
