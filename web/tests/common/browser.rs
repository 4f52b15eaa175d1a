//! The office whose users sign in, and their browsers.

use almoner_ledger::audience::Audience;
use almoner_ledger::users::Role;

use super::{Answer, Office};

/// An office with a user of each sort. `jane`, who recorded the grants, becomes an approver with the first of them.
pub fn office() -> Office {
    behind(&[])
}

pub fn behind(proxies: &[&str]) -> Office {
    with_users(Office::signing_in(proxies))
}

/// Adds a user of each sort.
pub fn with_users(office: Office) -> Office {
    office.add_user("jane", "jane", &[Role::Recorder, Role::Approver], None);
    for (id, roles, audience) in [
        ("rec", &[Role::Recorder, Role::Payer][..], None),
        ("aud", &[Role::Auditor], None),
        ("cllr", &[Role::Reader], Some(Audience::Panel)),
        ("press", &[Role::Reader], None),
    ] {
        office.add_user("jane", id, roles, audience);
    }
    office
}

/// A browser.
pub struct Browser<'a> {
    office: &'a Office,
    from: Option<&'static str>,
    pub cookies: Vec<String>,
}

impl<'a> Browser<'a> {
    pub fn of(office: &'a Office) -> Browser<'a> {
        Browser { office, from: None, cookies: Vec::new() }
    }

    pub fn with(office: &'a Office, cookies: Vec<String>) -> Browser<'a> {
        Browser { office, from: None, cookies }
    }

    pub fn from(self, address: &'static str) -> Browser<'a> {
        Browser { from: Some(address), ..self }
    }

    fn headers(&self) -> Vec<(String, String)> {
        let cookies = self.cookies.join("; ");
        let cookie = (!cookies.is_empty()).then(|| ("Cookie".to_owned(), cookies));
        let from = self.from.map(|it| ("X-Forwarded-For".to_owned(), it.to_owned()));
        cookie.into_iter().chain(from).collect()
    }

    pub fn sent(&mut self, method: &str, path: &str, more: &[(&str, &str)], form: &str) -> Answer {
        let own = self.headers();
        let own = own.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let headers: Vec<(&str, &str)> = own.chain(more.iter().copied()).collect();
        let answer = self.office.send(method, path, &headers, form);
        let set = answer.head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
        for cookie in set {
            let cookie = cookie.split(';').next().unwrap();
            let name = format!("{}=", cookie.split('=').next().unwrap());
            self.cookies.retain(|it| !it.starts_with(&name));
            if !cookie.ends_with('=') {
                self.cookies.push(cookie.to_owned());
            }
        }
        answer
    }

    /// Sends a form with a file as it is given, in parts that `XX` divides.
    pub fn sent_file(&mut self, path: &str, body: &str) -> Answer {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nOrigin: {}\r\nContent-Type: multipart/form-data; \
             boundary=XX\r\nContent-Length: {}\r\n\r\n",
            self.office.host,
            self.cookies.join("; "),
            self.office.origin,
            body.len()
        );
        self.office.raw_bytes(&head, body.as_bytes())
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.sent("GET", path, &[], "")
    }

    /// Sends a form of one of our pages, with the token that a page carries.
    pub fn post(&mut self, of: &str, path: &str, form: &str) -> Answer {
        let page = self.get(of).body;
        let token =
            page.split_once("name=\"token\" value=\"").map(|(_, rest)| rest.split('"').next().unwrap());
        let origin = [("Origin", self.office.origin.as_str())];
        self.sent("POST", path, &origin, &format!("token={}&{form}", token.unwrap_or_default()))
    }

    /// Returns a browser with the same cookies.
    pub fn another(&self) -> Browser<'a> {
        Browser { cookies: self.cookies.clone(), ..*self }
    }

    pub fn try_in(&mut self, user: &str, password: &str) -> Answer {
        self.post("/sign-in", "/sign-in", &format!("user={user}&password={password}&next=%2Fgrants"))
    }

    pub fn signed_in(office: &'a Office, user: &str) -> Browser<'a> {
        let mut browser = Browser::of(office);
        let answer = browser.try_in(user, &format!("kettle-orbit-{user}"));
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, Some("/grants")),
            "{user}: {}",
            answer.body
        );
        browser
    }
}

/// Returns the events of the access log with their users.
pub fn logged(office: &Office) -> Vec<String> {
    let log = std::fs::read_to_string(office.around().join("test.serve/access.jsonl")).unwrap();
    let word = |line: &str, name: &str| {
        let rest = line.split_once(&format!("\"{name}\":\"")).map(|(_, rest)| rest);
        rest.map(|rest| rest.split('"').next().unwrap().to_owned())
    };
    let told = |line: &str| {
        let of = |name| word(line, name).map(|it| format!(" {it}")).unwrap_or_default();
        format!("{}{}{}", word(line, "event").unwrap(), of("user"), of("by"))
    };
    log.lines().map(told).collect()
}

/// Does something in many threads at once, and returns what each came to, in order.
pub fn at_once<T: Ord + Send>(threads: usize, what: impl Fn() -> T + Sync) -> Vec<T> {
    let barrier = std::sync::Barrier::new(threads);
    let mut done: Vec<T> = std::thread::scope(|scope| {
        let begin = || {
            barrier.wait();
            what()
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(begin)).collect();
        running.into_iter().map(|it| it.join().unwrap()).collect()
    });
    done.sort();
    done
}
