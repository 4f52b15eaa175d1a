//! Where the pages of an office are served: on which address of the machine, under which origin, and to whom.
//!
//! Without a certificate of its own, the server is reached by its own machine only, or through a proxy that encrypts and is
//! named: from no other address is a connection taken.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
#[cfg(unix)]
use std::path::PathBuf;
use std::str::FromStr;

use almoner_app::error::Error;
use axum::http::{HeaderMap, Uri};
pub use ipnet::IpNet;

use crate::desk::Address;
use crate::tls::Certificate;

/// The address of a browser.
#[derive(Clone, Copy, Debug)]
pub struct Client(pub IpAddr);

/// Returns what an address is counted as: an IPv6 network of 64 bits is one, as one computer can have all of it.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

/// Where connections are taken on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// On an address and port.
    Address(SocketAddr),
    /// On a socket of the file system, for a proxy.
    #[cfg(unix)]
    Socket(PathBuf),
}

impl FromStr for Listen {
    type Err = String;

    /// Reads an address and port, or `unix:` and the path of a socket.
    fn from_str(text: &str) -> Result<Listen, String> {
        #[cfg(unix)]
        if let Some(path) = text.strip_prefix("unix:") {
            let path = PathBuf::from(path);
            return match path.is_absolute() {
                true => Ok(Listen::Socket(path)),
                false => {
                    Err("give the whole path of the socket, as in unix:/run/almoner/web.sock".to_owned())
                }
            };
        }
        text.parse()
            .map(Listen::Address)
            .map_err(|_| "give an address and a port, as in 127.0.0.1:8080".to_owned())
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Listen::Address(address) => write!(f, "{address}"),
            #[cfg(unix)]
            Listen::Socket(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl Listen {
    /// Returns true if other machines do not reach it.
    fn is_of_this_machine(&self) -> bool {
        match self {
            Listen::Address(address) => address.ip().is_loopback(),
            #[cfg(unix)]
            Listen::Socket(_) => true,
        }
    }
}

/// How the pages of an office are served.
#[derive(Clone, Debug)]
pub struct OfficePlace {
    /// Where connections are taken.
    pub listen: Listen,
    /// The certificate with which the server encrypts; none if a proxy does.
    pub certificate: Option<Certificate>,
    /// The address under which browsers reach the pages.
    pub address: Address,
    /// The proxies, from which alone connections are taken; none if browsers connect to this machine itself.
    pub proxies: Vec<IpNet>,
}

impl OfficePlace {
    /// Returns a place, if it is safe.
    ///
    /// # Errors
    ///
    /// `invalid-origin` if the origin is none, or is not https and not of this machine; `not-encrypted` if others could
    /// reach the pages without encryption.
    pub fn new(
        listen: Listen,
        certificate: Option<Certificate>,
        origin: &str,
        proxies: Vec<IpNet>,
    ) -> Result<OfficePlace, Error> {
        let address = address_of(origin)?;
        if certificate.is_none() && !listen.is_of_this_machine() && proxies.is_empty() {
            let message = format!("the pages would be served on {listen} without encryption");
            return Err(Error::refused("not-encrypted", message).advice(
                "give a certificate and its key, listen on 127.0.0.1 behind a proxy on this computer, or give the address of \
                 the proxy that encrypts the connection",
            ));
        }
        if certificate.is_some() && !address.is_secure {
            let message =
                format!("`{origin}` does not begin with https://, but the pages have a certificate");
            return Err(Error::refused("invalid-origin", message)
                .advice("give the address that people type, as in https://grants.example.gov.uk"));
        }
        Ok(OfficePlace { listen, certificate, address, proxies })
    }

    /// Returns the address of the browser behind a connection; `None` if it is not taken. A proxy adds the address that
    /// it was reached from at the end of `X-Forwarded-For`; what stands before that, anybody can have written.
    ///
    /// Who may use a socket of the file system, where connections have no address, is a proxy.
    pub fn client(&self, from: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let from = match from.map(|from| from.to_canonical()) {
            None => IpAddr::from([0, 0, 0, 0]),
            Some(from) if self.proxies.is_empty() => return Some(from),
            Some(from) if self.proxies.iter().any(|proxy| proxy.contains(&from)) => from,
            Some(_) => return None,
        };
        let last = headers.get_all("x-forwarded-for").iter().next_back();
        let last = last.and_then(|value| forwarded(value.to_str().ok()?.rsplit(',').next()?.trim()));
        // A proxy that names nobody is counted as itself.
        Some(last.map_or(from, |last| last.to_canonical()))
    }
}

/// Reads an address as proxies write it, some with its port.
fn forwarded(text: &str) -> Option<IpAddr> {
    text.parse().ok().or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()))
}

/// Returns the address of an origin: `https://grants.example.gov.uk`.
fn address_of(origin: &str) -> Result<Address, Error> {
    let invalid = |why: &str| {
        Error::refused(
            "invalid-origin",
            format!("`{origin}` cannot be used as the address of the pages: {why}"),
        )
        .advice("give the address that people type, as in https://grants.example.gov.uk")
    };
    let uri: Uri = origin.parse().map_err(|_| invalid("it is not an address"))?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(invalid("it does not begin with https://"));
    };
    if !matches!(uri.path(), "" | "/") || uri.query().is_some() || authority.as_str().contains('@') {
        return Err(invalid("it contains more than scheme, host and port"));
    }
    let host = authority.host().to_lowercase();
    let is_own = host == "localhost"
        || host.ends_with(".localhost")
        || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|it| it.is_loopback());
    let (is_secure, usual) = match scheme {
        "https" => (true, 443),
        "http" if is_own => (false, 80),
        "http" => return Err(invalid("passwords would cross the network unencrypted")),
        _ => return Err(invalid("it does not begin with https://")),
    };
    let port = authority.port_u16().unwrap_or(usual);
    let host = if port == usual { host } else { format!("{host}:{port}") };
    Ok(Address { origin: format!("{scheme}://{host}"), host, port, is_secure })
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_origin_is_https_or_of_this_machine() {
        for (origin, expected) in [
            (
                "https://grants.example.gov.uk",
                Ok(("grants.example.gov.uk", "https://grants.example.gov.uk", true)),
            ),
            (
                "https://Grants.Example.gov.uk:443/",
                Ok(("grants.example.gov.uk", "https://grants.example.gov.uk", true)),
            ),
            ("https://grants.example:8443", Ok(("grants.example:8443", "https://grants.example:8443", true))),
            ("http://localhost:8080", Ok(("localhost:8080", "http://localhost:8080", false))),
            ("http://127.0.0.1:8080", Ok(("127.0.0.1:8080", "http://127.0.0.1:8080", false))),
            ("http://grants.example.gov.uk", Err("invalid-origin")),
            ("http://localhost.example", Err("invalid-origin")),
            ("https://grants.example/ledger", Err("invalid-origin")),
            ("https://grants.example?x", Err("invalid-origin")),
            ("https://me@grants.example", Err("invalid-origin")),
            ("ftp://grants.example", Err("invalid-origin")),
            ("grants.example", Err("invalid-origin")),
            ("", Err("invalid-origin")),
        ] {
            let found = address_of(origin);
            let found = match &found {
                Ok(it) => Ok((it.host.as_str(), it.origin.as_str(), it.is_secure)),
                Err(error) => Err(error.code),
            };
            assert_eq!(found, expected, "{origin}");
        }
    }

    #[test]
    fn connections_are_taken_on_an_address_or_a_socket() {
        for (text, is_good) in [
            ("127.0.0.1:8080", true),
            ("[::1]:8080", true),
            ("localhost:8080", false),
            ("127.0.0.1", false),
            ("unix:/run/almoner/web.sock", cfg!(unix)),
            ("unix:web.sock", false),
            ("unix:", false),
            ("/run/almoner/web.sock", false),
        ] {
            let read = text.parse::<Listen>();
            assert_eq!(
                read.as_ref().map(ToString::to_string).ok().as_deref(),
                is_good.then_some(text),
                "{read:?}"
            );
        }
    }

    #[test]
    fn nobody_reaches_the_pages_unencrypted() {
        for (listen, proxies, expected) in [
            ("127.0.0.1:8080", vec![], Ok(())),
            ("[::1]:8080", vec![], Ok(())),
            ("0.0.0.0:8080", vec![], Err("not-encrypted")),
            ("192.0.2.1:8080", vec![], Err("not-encrypted")),
            ("192.0.2.1:8080", vec!["192.0.2.9/32"], Ok(())),
            #[cfg(unix)]
            ("unix:/run/almoner/web.sock", vec![], Ok(())),
        ] {
            let proxies = proxies.iter().map(|it| it.parse().unwrap()).collect();
            let place = OfficePlace::new(listen.parse().unwrap(), None, "https://grants.example", proxies);
            assert_eq!(place.map(drop).map_err(|error| error.code), expected, "{listen}");
        }
    }

    #[test]
    fn an_address_counts_as_its_network() {
        for (address, expected) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("::1", "::"),
        ] {
            assert_eq!(network(address.parse().unwrap()), expected.parse::<IpAddr>().unwrap(), "{address}");
        }
    }

    #[test]
    fn only_the_proxy_is_believed() {
        let place = |proxies: &[&str]| {
            let proxies = proxies.iter().map(|it| it.parse().unwrap()).collect();
            OfficePlace::new("127.0.0.1:8080".parse().unwrap(), None, "https://grants.example", proxies)
                .unwrap()
        };
        let proxied = ["10.0.0.0/24"];
        for (proxies, from, forwarded, expected) in [
            (&[][..], "192.0.2.1", &["198.51.100.7"][..], Some("192.0.2.1")),
            (&proxied, "192.0.2.1", &["198.51.100.7"], None),
            (&proxied, "10.0.0.9", &["198.51.100.7"], Some("198.51.100.7")),
            (&proxied, "::ffff:10.0.0.9", &["198.51.100.7"], Some("198.51.100.7")),
            // The browser wrote the first itself.
            (&proxied, "10.0.0.9", &["203.0.113.1, 198.51.100.7"], Some("198.51.100.7")),
            (&proxied, "10.0.0.9", &["203.0.113.1", "198.51.100.7"], Some("198.51.100.7")),
            (&proxied, "10.0.0.9", &["198.51.100.7:49152"], Some("198.51.100.7")),
            (&proxied, "10.0.0.9", &["[2001:db8::7]:49152"], Some("2001:db8::7")),
            (&proxied, "10.0.0.9", &["::ffff:198.51.100.7"], Some("198.51.100.7")),
            (&proxied, "10.0.0.9", &["nonsense"], Some("10.0.0.9")),
            (&proxied, "10.0.0.9", &["198.51.100.7,"], Some("10.0.0.9")),
            (&proxied, "10.0.0.9", &[], Some("10.0.0.9")),
            // On a socket of the file system.
            (&[], "", &["203.0.113.1, 198.51.100.7"], Some("198.51.100.7")),
            (&[], "", &[], Some("0.0.0.0")),
        ] {
            let mut headers = HeaderMap::new();
            for value in forwarded {
                headers.append("x-forwarded-for", value.parse().unwrap());
            }
            let client = place(proxies).client(from.parse().ok(), &headers);
            assert_eq!(client, expected.map(|it| it.parse().unwrap()), "{proxies:?} {from} {forwarded:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever a browser writes before it, the address is the one that the proxy adds at the end.
        #[test]
        fn what_a_browser_writes_of_its_address_changes_nothing(
            written in vec(any::<u8>().prop_filter("a header", |byte| *byte >= 32 && *byte != 127), 0..40),
            own in any::<IpAddr>(),
            is_own_line in any::<bool>(),
        ) {
            let proxies = vec!["10.0.0.0/24".parse().unwrap()];
            let place = OfficePlace::new("127.0.0.1:8080".parse().unwrap(), None, "https://grants.example", proxies);
            let mut headers = HeaderMap::new();
            let mut line = |bytes: &[u8]| {
                headers.append("x-forwarded-for", axum::http::HeaderValue::from_bytes(bytes).unwrap());
            };
            // A proxy that adds to a line takes only text for one.
            if is_own_line || !written.is_ascii() {
                line(&written);
                line(own.to_string().as_bytes());
            } else {
                line(&[&written, b", ".as_slice(), own.to_string().as_bytes()].concat());
            }
            let client = place.unwrap().client("10.0.0.9".parse().ok(), &headers);
            prop_assert_eq!(client, Some(own.to_canonical()));
        }
    }
}
