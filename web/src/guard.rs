//! What every request must be, and what every answer says to the browser.

use axum::http::header::{HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, Uri, header};

use crate::desk::Address;

/// The policy of every page.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The policy of a page that shows a paper inside.
pub const FRAMING_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; frame-src 'self'";

/// The headers of every answer.
pub const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
];

/// For how long browsers reach these pages encrypted only, where they are encrypted without a proxy: a year.
pub const ENCRYPTED_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// The policy of a paper that is shown inside a page.
pub const PREVIEW_POLICY: &str =
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is for another host name.
    Host,
    /// It does not come from these pages.
    Origin,
}

/// Adds the headers that the answer does not have of its own.
pub fn add_headers(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

/// Refuses requests for another host, and requests to change something that do not come from these pages.
///
/// A page with the policy `no-referrer` posts its forms with `Origin: null`, so where the browser says
/// `Sec-Fetch-Site`, that decides; without it, the origin must be ours exactly. `has_own_right` is true for the form
/// of the start file, which has no origin, and for a request with an access token: the token is its only right.
pub fn check(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    address: &Address,
    has_own_right: bool,
) -> Result<(), Refused> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let is_host = |given: &str| given.eq_ignore_ascii_case(&address.host);
    match (hosts.next().and_then(|host| host.to_str().ok()), hosts.next()) {
        (Some(host), None) if is_host(host) => {}
        _ => return Err(Refused::Host),
    }
    if uri.authority().is_some_and(|authority| !is_host(authority.as_str())) {
        return Err(Refused::Host);
    }
    if matches!(*method, Method::GET | Method::HEAD) || has_own_right {
        return Ok(());
    }
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    let is_ours = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), origin) => {
            site == "same-origin" && origin.is_none_or(|it| it == "null" || it == address.origin)
        }
        (None, Some(origin)) => origin == address.origin,
        (None, None) => false,
    };
    if is_ours { Ok(()) } else { Err(Refused::Origin) }
}

/// Returns the value of a cookie; `None` if it is missing or given twice.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut found = pairs.filter(|(key, _)| *key == name).map(|(_, value)| value);
    match (found.next(), found.next()) {
        (Some(value), None) => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn requests_are_of_our_host_and_changes_of_our_pages() {
        let address = Address::new("almoner-0123abcd.localhost", 20_001);
        let host = "host: almoner-0123abcd.localhost:20001";
        let own = "origin: http://almoner-0123abcd.localhost:20001";
        for (method, path, lines, expected) in [
            ("GET", "/", vec![host], Ok(())),
            ("GET", "/", vec!["host: ALMONER-0123abcd.localhost:20001"], Ok(())),
            ("GET", "/", vec!["host: almoner-0123abcd.localhost"], Err(Refused::Host)),
            ("GET", "/", vec!["host: 127.0.0.1:20001"], Err(Refused::Host)),
            ("GET", "/", vec!["host: localhost:20001"], Err(Refused::Host)),
            ("GET", "/", vec!["host: evil.example"], Err(Refused::Host)),
            ("GET", "/", vec![host, host], Err(Refused::Host)),
            ("GET", "/", vec![], Err(Refused::Host)),
            ("GET", "http://evil.example/", vec![host], Err(Refused::Host)),
            ("GET", "/", vec![host, "sec-fetch-site: cross-site"], Ok(())),
            ("POST", "/", vec![host], Err(Refused::Origin)),
            ("POST", "/", vec![host, own], Ok(())),
            ("POST", "/", vec![host, "origin: null"], Err(Refused::Origin)),
            ("POST", "/", vec![host, "origin: http://evil.example"], Err(Refused::Origin)),
            (
                "POST",
                "/",
                vec![host, "origin: http://almoner-0123abcd.localhost:20002"],
                Err(Refused::Origin),
            ),
            ("POST", "/", vec![host, "sec-fetch-site: same-origin"], Ok(())),
            ("POST", "/", vec![host, "sec-fetch-site: same-origin", "origin: null"], Ok(())),
            ("POST", "/", vec![host, "sec-fetch-site: same-site", own], Err(Refused::Origin)),
            ("POST", "/", vec![host, "sec-fetch-site: cross-site", own], Err(Refused::Origin)),
            ("POST", "/", vec![host, "sec-fetch-site: none", own], Err(Refused::Origin)),
            (
                "POST",
                "/",
                vec![host, "sec-fetch-site: same-origin", "origin: http://evil.example"],
                Err(Refused::Origin),
            ),
            ("PUT", "/", vec![host], Err(Refused::Origin)),
        ] {
            let mut headers = HeaderMap::new();
            for line in &lines {
                let (name, value) = line.split_once(": ").unwrap();
                headers.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
            }
            let method: Method = method.parse().unwrap();
            let checked = check(&method, &path.parse().unwrap(), &headers, &address, false);
            assert_eq!(checked, expected, "{method} {path} {lines:?}");
        }
    }

    #[test]
    fn a_cookie_given_twice_is_none() {
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, text.parse().unwrap());
            cookie(&headers, "almoner-1").map(str::to_owned)
        };
        assert_eq!(read("a=b; almoner-1=x; c=d").as_deref(), Some("x"));
        assert_eq!(read("almoner-1=x; almoner-1=y"), None);
        assert_eq!(read("almoner-10=x"), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever a browser sends, a cookie is the one value of its name, or none.
        #[test]
        fn a_cookie_is_the_only_one_of_its_name(
            pairs in vec(("(almoner-1|almoner-10|a| almoner-1)", "[a-z =]{0,4}"), 0..5),
            junk in vec(any::<u8>().prop_filter("a header", |byte| *byte >= 32 && *byte != 127), 0..20),
        ) {
            let written: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let mut headers = HeaderMap::new();
            headers.append(header::COOKIE, written.join(";").parse().unwrap());
            let found: Vec<&str> = pairs.iter().filter(|(name, _)| name.trim() == "almoner-1").map(|it| it.1.trim_end()).collect();
            let expected = match found.as_slice() { [one] => Some(*one), _ => None };
            prop_assert_eq!(cookie(&headers, "almoner-1"), expected);
            headers.append(header::COOKIE, axum::http::HeaderValue::from_bytes(&junk).unwrap());
            prop_assert!(cookie(&headers, "almoner-1").is_none_or(|value| !value.contains(';')));
        }
    }
}
