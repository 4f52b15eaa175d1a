//! Signing in with the organisation's account: from the page to the provider and back, and what a provider, somebody
//! between, or another browser may try.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use almoner_app::actor::Timestamp;
use almoner_ledger::command::Command;
use almoner_ledger::text::Text;
use almoner_ledger::users::{Role, User};
use almoner_web::provider::ProviderSettings;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::EcdsaKeyPair;
use serde_json::{Value, json};

use crate::common::browser::{Browser, logged, with_users};
use crate::common::provider::{Answers, CLIENT, Fake, new_key, part, published, signed, usual_header};
use crate::common::{Answer, Office, lacks, shows};

/// An office with a provider, with whose account `rec` signs in.
fn office(fake: &Fake) -> Office {
    let office = with_users(Office::with_provider(fake.settings()));
    connect(&office, fake, "rec");
    office
}

/// A sign-in that has come to the provider.
struct Begun {
    to: String,
}

impl Begun {
    fn parameter(&self, name: &str) -> String {
        let (_, query) = self.to.split_once('?').unwrap();
        let found = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
        found.unwrap_or_else(|| panic!("{name}: {}", self.to)).to_owned()
    }
}

/// Returns the link to the provider of a page.
fn link_of(page: &Answer) -> String {
    let (_, rest) =
        page.body.split_once("href=\"/sign-in/organisation").unwrap_or_else(|| panic!("{}", page.body));
    format!("/sign-in/organisation{}", rest.split('"').next().unwrap().replace("&amp;", "&"))
}

fn go(browser: &mut Browser<'_>, page: &str) -> Begun {
    let link = link_of(&browser.get(page));
    let answer = browser.get(&link);
    assert_eq!(answer.status, 303, "{}", answer.body);
    Begun { to: answer.header("location").unwrap().to_owned() }
}

/// Comes back from the provider with a code.
fn come_back(browser: &mut Browser<'_>, begun: &Begun) -> Answer {
    browser.get(&format!("/sign-in/organisation/return?code=the-code&state={}", begun.parameter("state")))
}

/// Accepts an invitation with the organisation's account.
fn connect(office: &Office, fake: &Fake, user: &str) -> Answer {
    let link =
        office.accounts().invite(&user.parse().unwrap(), &[user.len() as u8 + 40; 32], &moment()).unwrap();
    let path = link.strip_prefix("https://grants.example").unwrap().to_owned();
    let mut browser = Browser::of(office);
    let begun = go(&mut browser, &path);
    let mut claims = fake.claims(office, &begun.parameter("nonce"));
    claims["sub"] = json!(format!("subject-{user}"));
    fake.gives(&signed(&fake.key, &usual_header(), &claims));
    come_back(&mut browser, &begun)
}

fn moment() -> Timestamp {
    Timestamp::parse("2015-09-30T10:00:00Z").unwrap()
}

/// Assigns the roles of a user, who signs in as before.
fn assign(office: &Office, id: &str, roles: &[Role]) {
    let id = Text::new(id).unwrap();
    let user = User::new(id.clone(), id, roles.iter().copied().collect());
    office.record_as("jane", false, &[Command::SetUsers(vec![user])]);
}

#[test]
fn a_user_signs_in_with_the_account_that_an_invitation_connected() {
    let fake = Fake::begin();
    let office = with_users(Office::with_provider(fake.settings()));
    let before = Browser::signed_in(&office, "rec");
    let connected = connect(&office, &fake, "rec");
    assert_eq!((connected.status, connected.header("location")), (303, Some("/")), "{}", connected.body);
    // The password is no longer one, and the sessions begun with it have ended.
    assert_eq!(Browser::of(&office).try_in("rec", "kettle-orbit-rec").status, 422);
    let mut before = before;
    assert_eq!(before.get("/").status, 303);

    let mut browser = Browser::of(&office);
    let begun = go(&mut browser, "/sign-in?next=%2Fgrants%3Ffund%3Dpcc");
    assert!(begun.to.starts_with(&fake.issuer.replace("/o", "/authorize?tenant=ab&")), "{}", begun.to);
    for (name, expected) in [
        ("response_type", "code"),
        ("scope", "openid"),
        ("client_id", "grants%20pages"),
        ("redirect_uri", "https%3A%2F%2Fgrants.example%2Fsign-in%2Forganisation%2Freturn"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(begun.parameter(name), expected, "{name}");
    }
    let cookie = browser.cookies.iter().find(|it| it.contains("-organisation=")).unwrap().clone();
    let claims = fake.claims(&office, &begun.parameter("nonce"));
    fake.gives(&signed(&fake.key, &usual_header(), &claims));
    let answer = come_back(&mut browser, &begun);
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, Some("/grants?fund=pcc")),
        "{}",
        answer.body
    );
    assert!(!browser.cookies.contains(&cookie), "{:?}", browser.cookies);
    shows(&browser.get("/"), &["Example office", ">rec<"]);
    // The code was exchanged with the verifier of the challenge.
    let asked = fake.answers.lock().unwrap().asked.clone();
    let (_, form) = asked.iter().rfind(|(head, _)| head.starts_with("/token")).unwrap();
    let verifier = form.split("code_verifier=").nth(1).unwrap().split('&').next().unwrap();
    let digest = ring::digest::digest(&ring::digest::SHA256, verifier.as_bytes());
    assert_eq!(URL_SAFE_NO_PAD.encode(digest), begun.parameter("code_challenge"));
    assert!(form.contains("grant_type=authorization_code") && form.contains("code=the-code"), "{form}");

    // What it protects has no password, and needs a sign-in of just now.
    let page = browser.get("/account");
    shows(&page, &["You sign in with your organisation’s account", "within 15 minutes of signing in"]);
    lacks(&page, &["Change password", "Present password"]);
    let refused = browser.post(
        "/account",
        "/account/password",
        "password=mustard-fjord-lantern&repeated=mustard-fjord-lantern",
    );
    shows(&refused, &["have no password here"]);
    assert_eq!(browser.post("/account", "/account/tokens", "name=site").status, 200);
    office.later(15 * 60);
    let refused = browser.post("/account", "/account/tokens", "name=site");
    assert_eq!(refused.status, 422);
    shows(&refused, &["You signed in too long ago for this."]);

    // Signing out says that the other account is still signed in.
    let out = browser.post("/account", "/sign-out", "");
    assert_eq!(out.status, 200);
    shows(
        &out,
        &[
            "You are signed out",
            "/end?client_id=grants%20pages&amp;post_logout_redirect_uri=https%3A%2F%2Fgrants.example%2Fsign-in",
        ],
    );
    assert_eq!(browser.get("/").status, 303);
    let log = logged(&office);
    for event in ["organisation-connected rec", "signed-in rec", "signed-out rec"] {
        assert!(log.contains(&event.to_owned()), "{event}: {log:?}");
    }
}

#[test]
fn an_account_is_of_one_user_and_of_none_by_itself() {
    let fake = Fake::begin();
    let office = office(&fake);
    // Nobody has an account of the ledger because the organisation has one for them.
    let mut browser = Browser::of(&office);
    let begun = go(&mut browser, "/sign-in");
    let mut claims = fake.claims(&office, &begun.parameter("nonce"));
    claims["sub"] = json!("rec");
    claims["email"] = json!("rec@grants.example");
    claims["preferred_username"] = json!("jane");
    fake.gives(&signed(&fake.key, &usual_header(), &claims));
    let answer = come_back(&mut browser, &begun);
    assert_eq!(answer.status, 403);
    shows(&answer, &["is not linked to a user of this ledger"]);
    // The account of one user is not connected with another.
    let link = office.accounts().invite(&"aud".parse().unwrap(), &[77; 32], &moment()).unwrap();
    let path = link.strip_prefix("https://grants.example").unwrap();
    let accepted = |browser: &mut Browser<'_>| {
        let begun = go(browser, path);
        fake.gives(&signed(&fake.key, &usual_header(), &fake.claims(&office, &begun.parameter("nonce"))));
        come_back(browser, &begun)
    };
    let taken = accepted(&mut Browser::of(&office));
    assert_eq!(taken.status, 403);
    shows(&taken, &["Another user of this ledger signs in with this account"]);
    // Once that user can no longer sign in, it is.
    assign(&office, "rec", &[]);
    assert_eq!(accepted(&mut Browser::of(&office)).status, 303);
    assert_eq!(office.accounts().organisation("rec").unwrap(), None);
    // An invitation is used up by whoever accepts it in either way.
    assert_eq!(Browser::of(&office).get(path).status, 403);
}

#[test]
fn a_user_who_has_left_is_not_let_in() {
    let fake = Fake::begin();
    let office = office(&fake);
    let sign_in = |browser: &mut Browser<'_>| {
        let begun = go(browser, "/sign-in");
        fake.gives(&signed(&fake.key, &usual_header(), &fake.claims(&office, &begun.parameter("nonce"))));
        come_back(browser, &begun).status
    };
    let mut browser = Browser::of(&office);
    assert_eq!(sign_in(&mut browser), 303);
    assign(&office, "rec", &[]);
    assert_eq!((browser.get("/").status, sign_in(&mut Browser::of(&office))), (303, 403));
    assign(&office, "rec", &[Role::Recorder]);
    assert_eq!(sign_in(&mut browser), 303);
    // With a password, the account is connected no more.
    office.accounts().set_password(&Text::new("rec").unwrap(), "kettle-orbit-rec", &[9; 32]).unwrap();
    assert_eq!((browser.get("/").status, sign_in(&mut Browser::of(&office))), (303, 403));
}

#[test]
fn what_a_provider_answers_is_believed_only_if_all_of_it_is_right() {
    let fake = Fake::begin();
    let office = office(&fake);
    let (other_key, now) = (new_key(), office.now());
    let with = |change: fn(&mut Value, u64)| move |claims: &mut Value| change(claims, now);
    type Making<'a> = Box<dyn Fn(&mut Value) -> String + 'a>;
    let own = |change: fn(&mut Value, u64)| -> Making<'_> {
        let change = with(change);
        let key = &fake.key;
        Box::new(move |claims: &mut Value| {
            change(claims);
            signed(key, &usual_header(), claims)
        })
    };
    let headed = |header: Value| -> Making<'_> {
        let key = &fake.key;
        Box::new(move |claims: &mut Value| signed(key, &header, claims))
    };
    let public = published(&fake.key, "one").to_string();
    let all: Vec<(&str, bool, Making<'_>)> = vec![
        ("as it must be", true, own(|_, _| ())),
        (
            "for several, for us",
            true,
            own(|it, _| (it["aud"], it["azp"]) = (json!([CLIENT, "other"]), json!(CLIENT))),
        ),
        ("a clock a little fast", true, own(|it, now| it["iat"] = json!(now + 60))),
        ("expired just now", true, own(|it, now| it["exp"] = json!(now - 59))),
        ("another issuer", false, own(|it, _| it["iss"] = json!("https://evil.example"))),
        (
            "the issuer with a slash",
            false,
            own(|it, _| it["iss"] = json!(format!("{}/", it["iss"].as_str().unwrap()))),
        ),
        ("another audience", false, own(|it, _| it["aud"] = json!("another"))),
        ("other audiences", false, own(|it, _| it["aud"] = json!(["another", "further"]))),
        ("for several, without saying whom", false, own(|it, _| it["aud"] = json!([CLIENT, "other"]))),
        ("issued for another", false, own(|it, _| it["azp"] = json!("another"))),
        ("another nonce", false, own(|it, _| it["nonce"] = json!("another"))),
        ("no nonce", false, own(|it, _| it["nonce"] = Value::Null)),
        ("expired", false, own(|it, now| it["exp"] = json!(now - 60))),
        ("of long ago", false, own(|it, now| it["iat"] = json!(now - 600))),
        ("of later", false, own(|it, now| it["iat"] = json!(now + 61))),
        ("valid later", false, own(|it, now| it["nbf"] = json!(now + 61))),
        ("nobody", false, own(|it, _| it["sub"] = json!(""))),
        ("a number", false, own(|it, _| it["sub"] = json!(7))),
        ("somebody long", false, own(|it, _| it["sub"] = json!("x".repeat(256)))),
        ("no subject", false, own(|it, _| drop(it.as_object_mut().unwrap().remove("sub")))),
        ("no expiry", false, own(|it, _| drop(it.as_object_mut().unwrap().remove("exp")))),
        ("another key", false, Box::new(|claims: &mut Value| signed(&other_key, &usual_header(), claims))),
        ("no key named", false, headed(json!({"alg": "ES256"}))),
        ("an unknown key", false, headed(json!({"alg": "ES256", "kid": "two"}))),
        ("a key of another sort", false, headed(json!({"alg": "RS256", "kid": "one"}))),
        (
            "unknown extensions",
            false,
            headed(json!({"alg": "ES256", "kid": "one", "crit": ["b64"], "b64": false})),
        ),
        ("another algorithm", false, headed(json!({"alg": "ES384", "kid": "one"}))),
        (
            "no signature",
            false,
            Box::new(|claims: &mut Value| format!("{}.{}.", part(&json!({"alg": "none"})), part(claims))),
        ),
        (
            "no signature, but a key",
            false,
            Box::new(|claims: &mut Value| {
                format!("{}.{}.", part(&json!({"alg": "none", "kid": "one"})), part(claims))
            }),
        ),
        (
            "no signature of the algorithm",
            false,
            Box::new(|claims: &mut Value| format!("{}.{}.", part(&usual_header()), part(claims))),
        ),
        (
            "the public key as a shared secret",
            false,
            Box::new(move |claims: &mut Value| {
                let message = format!("{}.{}", part(&json!({"alg": "HS256", "kid": "one"})), part(claims));
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, public.as_bytes());
                format!("{message}.{}", URL_SAFE_NO_PAD.encode(ring::hmac::sign(&key, message.as_bytes())))
            }),
        ),
        (
            "changed after it was signed",
            false,
            Box::new(|claims: &mut Value| {
                let token = signed(&fake.key, &usual_header(), claims);
                let parts: Vec<&str> = token.split('.').collect();
                claims["sub"] = json!("subject-jane");
                format!("{}.{}.{}", parts[0], part(claims), parts[2])
            }),
        ),
        (
            "four parts",
            false,
            Box::new(|claims: &mut Value| format!("{}.x", signed(&fake.key, &usual_header(), claims))),
        ),
        ("no token", false, Box::new(|_: &mut Value| "token".to_owned())),
        ("blank", false, Box::new(|_: &mut Value| String::new())),
    ];
    for (name, is_good, token) in all {
        let mut browser = Browser::of(&office);
        let begun = go(&mut browser, "/sign-in");
        let mut claims = fake.claims(&office, &begun.parameter("nonce"));
        fake.gives(&token(&mut claims));
        let answer = come_back(&mut browser, &begun);
        assert_eq!(answer.status, if is_good { 303 } else { 403 }, "{name}: {}", answer.body);
        assert_eq!(browser.get("/grants").status, if is_good { 200 } else { 303 }, "{name}");
        if !is_good {
            shows(&answer, &["You are not signed in", "was not accepted"]);
        }
    }
    // As many more refusals end what one address can try.
    let mut last = 0;
    for _ in 0..50 {
        let mut browser = Browser::of(&office);
        let begun = go(&mut browser, "/sign-in");
        last = come_back(&mut browser, &begun).status;
        if last == 429 {
            break;
        }
    }
    assert_eq!(last, 429);
}

#[test]
fn a_state_is_of_one_browser_once_and_for_ten_minutes() {
    let fake = Fake::begin();
    let office = office(&fake);
    let begin = |browser: &mut Browser<'_>| {
        let begun = go(browser, "/sign-in");
        fake.gives(&signed(&fake.key, &usual_header(), &fake.claims(&office, &begun.parameter("nonce"))));
        begun
    };
    // Another browser: one that has begun nothing, and one that has begun its own.
    let (mut own, mut another) = (Browser::of(&office), Browser::of(&office));
    let begun = begin(&mut own);
    assert_eq!(come_back(&mut another, &begun).status, 403);
    begin(&mut another);
    assert_eq!(come_back(&mut another, &begun).status, 403);
    assert_eq!(another.get("/").status, 303);
    // The first browser is not kept from signing in by that.
    let begun = begin(&mut own);
    let copy = own.another();
    assert_eq!(come_back(&mut own, &begun).status, 303);
    // The same again, with the cookie that it had: the code is not even asked about.
    let asked = fake.asked("/token");
    let mut copy = copy;
    let answer = come_back(&mut copy, &begun);
    assert_eq!((answer.status, fake.asked("/token")), (403, asked));
    shows(&answer, &["has already been completed"]);
    assert_eq!(copy.get("/").status, 303);
    // Too late, and just in time.
    for (seconds, status) in [(600, 403), (599, 303)] {
        let mut browser = Browser::of(&office);
        let begun = begin(&mut browser);
        office.later(seconds);
        fake.gives(&signed(&fake.key, &usual_header(), &fake.claims(&office, &begun.parameter("nonce"))));
        assert_eq!(come_back(&mut browser, &begun).status, status, "{seconds}");
    }
    // What comes back without a code, with two, or with an error.
    for query in ["", "&error=access_denied", "&code=a&error=access_denied", "&code=a&code=b", "&code="] {
        let mut browser = Browser::of(&office);
        let begun = begin(&mut browser);
        let state = begun.parameter("state");
        let answer = browser.get(&format!("/sign-in/organisation/return?state={state}{query}"));
        assert_eq!(answer.status, 403, "{query}");
        // It is used up by that.
        assert_eq!(come_back(&mut browser, &begun).status, 403, "{query}");
    }
    // From another provider.
    for (issuer, status) in [("https://evil.example", 403), (fake.issuer.as_str(), 303)] {
        let mut browser = Browser::of(&office);
        let begun = begin(&mut browser);
        let (state, issuer) = (begun.parameter("state"), issuer.replace(':', "%3A").replace('/', "%2F"));
        let answer = browser.get(&format!("/sign-in/organisation/return?state={state}&code=a&iss={issuer}"));
        assert_eq!(answer.status, status, "{issuer}");
    }
}

#[test]
fn a_sign_in_begins_on_our_page_alone() {
    let fake = Fake::begin();
    let office = office(&fake);
    let mut browser = Browser::of(&office);
    let link = link_of(&browser.get("/sign-in"));
    for (mut browser, path) in [
        (Browser::of(&office), link.as_str()),
        (Browser::of(&office), "/sign-in/organisation"),
        (Browser::of(&office), "/sign-in/organisation?token="),
    ] {
        assert_eq!(browser.get(path).status, 403, "{path}");
    }
    assert_eq!(browser.get(&link).status, 303);
    // An invitation that is none leads nowhere.
    let invited = format!("{link}&code=none");
    let answer = browser.get(&invited);
    assert_eq!(answer.status, 403);
    shows(&answer, &["This invitation is not valid"]);
    // The page to go to is of ours.
    let mut browser = Browser::of(&office);
    let link = format!("{}&next=https%3A%2F%2Fevil.example", link_of(&browser.get("/sign-in")));
    let begun = Begun { to: browser.get(&link).header("location").unwrap().to_owned() };
    fake.gives(&signed(&fake.key, &usual_header(), &fake.claims(&office, &begun.parameter("nonce"))));
    assert_eq!(come_back(&mut browser, &begun).header("location"), Some("/"));
}

#[test]
fn a_code_is_still_needed_after_the_account_where_codes_are_on() {
    let fake = Fake::begin();
    let office = with_users(Office::with_provider(fake.settings()));
    let mut browser = Browser::signed_in(&office, "rec");
    let page = browser.post("/account", "/account/codes", "current=kettle-orbit-rec");
    let secret = page.body.split("<code>").nth(1).unwrap().split('<').next().unwrap().replace(' ', "");
    let code = |seconds: u64| {
        let secret = totp_rs::Secret::try_from_base32(&secret).unwrap();
        totp_rs::Builder::new()
            .with_secret(secret)
            .build()
            .unwrap()
            .generate(office.now() + seconds)
            .to_string()
    };
    let done = browser.post("/account", "/account/codes/confirm", &format!("code={}", code(0)));
    assert_eq!(done.status, 200, "{}", done.body);
    // Whoever accepts the invitation does not get in without the device.
    let half = connect(&office, &fake, "rec");
    assert_eq!(half.status, 200);
    shows(&half, &["Enter a one-time code"]);
    let mut browser = Browser::of(&office);
    let begun = go(&mut browser, "/sign-in?next=%2Fgrants");
    fake.gives(&signed(&fake.key, &usual_header(), &fake.claims(&office, &begun.parameter("nonce"))));
    let half = come_back(&mut browser, &begun);
    let field = |name: &str| {
        let (_, rest) = half.body.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    assert_eq!(browser.get("/").status, 303);
    let form = format!("token={}&half={}&next=%2Fgrants&code={}", field("token"), field("half"), code(30));
    let answer = browser.sent("POST", "/sign-in/code", &[("Origin", "https://grants.example")], &form);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/grants")), "{}", answer.body);
}

#[test]
fn new_keys_are_found_and_made_up_ones_do_not_make_us_ask() {
    let fake = Fake::begin();
    let office = office(&fake);
    let new = new_key();
    let sign_in = |kid: &str, key: &EcdsaKeyPair| {
        let mut browser = Browser::of(&office);
        let begun = go(&mut browser, "/sign-in");
        let header = json!({"alg": "ES256", "kid": kid});
        fake.gives(&signed(key, &header, &fake.claims(&office, &begun.parameter("nonce"))));
        come_back(&mut browser, &begun).status
    };
    assert_eq!((sign_in("one", &fake.key), fake.asked("/keys")), (303, 1));
    fake.set(|it| it.keys["keys"].as_array_mut().unwrap().push(published(&new, "two")));
    // Asked too short a while ago.
    assert_eq!((sign_in("two", &new), fake.asked("/keys")), (403, 1));
    office.later(60);
    assert_eq!((sign_in("two", &new), fake.asked("/keys")), (303, 2));
    for number in 0..5 {
        assert_eq!((sign_in(&format!("made up {number}"), &new), fake.asked("/keys")), (403, 2), "{number}");
    }
    // A key that the provider no longer has is forgotten within an hour.
    fake.set(|it| it.keys = json!({"keys": [published(&new, "two")]}));
    office.later(3_600);
    assert_eq!((sign_in("one", &fake.key), sign_in("two", &new)), (403, 303));
}

#[test]
fn a_provider_that_is_away_keeps_nobody_else_out() {
    let fake = Fake::begin();
    let settings = ProviderSettings { patience: Some(Duration::from_millis(500)), ..fake.settings() };
    let office = with_users(Office::with_provider(settings));
    connect(&office, &fake, "rec");
    type Making = fn(&mut Answers);
    let all: [(&str, Making, u16); 8] = [
        ("an error", |it| it.status = 500, 503),
        ("a refusal of the code", |it| it.status = 400, 403),
        ("a redirect", |it| (it.status, it.more) = (302, "Location: http://127.0.0.1:1/\r\n"), 503),
        ("slow", |it| it.delay = Duration::from_secs(3), 503),
        ("too large", |it| it.token = vec![b' '; 600 * 1024], 503),
        ("no JSON", |it| it.token = b"<html>".to_vec(), 503),
        ("no token", |it| it.token = b"{\"access_token\": \"a\"}".to_vec(), 503),
        ("two tokens", |it| it.token = b"{\"id_token\": \"a\", \"id_token\": \"b\"}".to_vec(), 503),
    ];
    for (name, change, status) in all {
        let before = fake.answers.lock().unwrap().clone();
        let mut browser = Browser::of(&office);
        let begun = go(&mut browser, "/sign-in");
        fake.gives(&signed(&fake.key, &usual_header(), &fake.claims(&office, &begun.parameter("nonce"))));
        fake.set(change);
        let answer = come_back(&mut browser, &begun);
        assert_eq!(answer.status, status, "{name}: {}", answer.body);
        assert_eq!(browser.get("/").status, 303, "{name}");
        fake.set(|it| *it = before);
        // Those with passwords sign in meanwhile.
        Browser::signed_in(&office, "aud");
    }
    // What it says of itself is not believed if it is another, or not encrypted.
    for (name, value, status) in [
        ("issuer", "https://evil.example", 403),
        ("token_endpoint", "http://evil.example/token", 403),
        ("jwks_uri", "file:///etc/passwd", 403),
        ("authorization_endpoint", "javascript:alert(1)", 403),
        ("authorization_endpoint", "https://me@evil.example/", 403),
    ] {
        let fake = Fake::begin();
        fake.set(|it| it.metadata[name] = json!(value));
        let office = with_users(Office::with_provider(fake.settings()));
        let mut browser = Browser::of(&office);
        let link = link_of(&browser.get("/sign-in"));
        assert_eq!(browser.get(&link).status, status, "{name} {value}");
    }
    // It is not there at all.
    let settings = ProviderSettings { issuer: "http://127.0.0.1:1".to_owned(), ..fake.settings() };
    let office = with_users(Office::with_provider(settings));
    let mut browser = Browser::of(&office);
    let link = link_of(&browser.get("/sign-in"));
    let answer = browser.get(&link);
    assert_eq!(answer.status, 503);
    shows(&answer, &["cannot be reached at the moment", "Sign in again"]);
    Browser::signed_in(&office, "rec");
}

#[test]
fn the_secret_is_shown_to_the_provider_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, "a secret: with+signs\n").unwrap();
    private(&file);
    for (methods, is_basic) in [
        (Value::Null, true),
        (json!(["client_secret_post", "client_secret_basic"]), true),
        (json!(["client_secret_post"]), false),
    ] {
        let fake = Fake::begin();
        fake.set(|it| it.metadata["token_endpoint_auth_methods_supported"] = methods);
        let settings = ProviderSettings { secret_file: Some(file.clone()), ..fake.settings() };
        let office = with_users(Office::with_provider(settings));
        assert_eq!(connect(&office, &fake, "rec").status, 303);
        let asked = fake.answers.lock().unwrap().asked.clone();
        let (head, form) = asked.iter().find(|(head, _)| head.starts_with("/token")).unwrap();
        let pair = STANDARD.encode("grants%20pages:a%20secret%3A%20with%2Bsigns");
        assert_eq!(head.contains(&format!("authorization: Basic {pair}")), is_basic, "{head}");
        assert_eq!(
            form.contains("client_secret=a+secret%3A+with%2Bsigns")
                || form.contains("client_secret=a%20secret%3A%20with%2Bsigns"),
            !is_basic,
            "{form}"
        );
        let others = asked.iter().filter(|(head, _)| !head.starts_with("/token"));
        let mut said = String::new();
        others.for_each(|(head, body)| write!(said, "{head}{body}").unwrap());
        assert!(!said.contains("secret") && !said.contains(&pair), "{said}");
    }
}

#[test]
fn an_office_can_do_without_passwords() {
    let fake = Fake::begin();
    let settings = ProviderSettings { no_passwords: true, ..fake.settings() };
    let office = with_users(Office::with_provider(settings));
    let mut browser = Browser::of(&office);
    lacks(&browser.get("/sign-in"), &["Password", "User name"]);
    assert_eq!(browser.try_in("jane", "kettle-orbit-jane").status, 404);
    assert_eq!(browser.get("/").status, 303);
    // Whoever invites another does not become them: their own account is theirs.
    assert_eq!(connect(&office, &fake, "jane").status, 303);
    let link = office.accounts().invite(&Text::new("rec").unwrap(), &[66; 32], &moment()).unwrap();
    let path = link.strip_prefix("https://grants.example").unwrap();
    let mut browser = Browser::of(&office);
    lacks(&browser.get(path), &["Set password", "New password"]);
    let (_, code) = path.split_once("code=").unwrap();
    let form = format!("code={code}&password=mustard-fjord-lantern&repeated=mustard-fjord-lantern");
    assert_eq!(browser.post(path, "/invitation", &form).status, 404);
    let begun = go(&mut browser, path);
    let mut claims = fake.claims(&office, &begun.parameter("nonce"));
    claims["sub"] = json!("subject-jane");
    fake.gives(&signed(&fake.key, &usual_header(), &claims));
    let answer = come_back(&mut browser, &begun);
    assert_eq!(answer.status, 403);
    shows(&answer, &["Another user of this ledger signs in with this account"]);
    assert_eq!(connect(&office, &fake, "rec").status, 303);
}

fn private(_file: &PathBuf) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(_file, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}
