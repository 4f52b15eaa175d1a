//! Requests to the provider: bounded in size and time, encrypted, without redirects.

use std::sync::Arc;
use std::time::Duration;

use tokio_rustls::rustls::crypto::ring;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body};

/// The maximum size of an answer, in bytes.
const LARGEST: u64 = 512 * 1024;

/// What asks the provider.
#[derive(Clone, Debug)]
pub struct Fetch(Agent);

/// Returns the certificate authorities that this computer trusts.
fn authorities() -> Vec<Certificate<'static>> {
    let found = rustls_native_certs::load_native_certs();
    found.certs.iter().map(|it| Certificate::from_der(it).to_owned()).collect()
}

impl Fetch {
    /// Returns what asks a provider, which has so long for each answer. One of this computer is reached without encryption
    /// and without a proxy.
    pub fn new(is_of_this_computer: bool, within: Duration) -> Fetch {
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(authorities())))
            .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()));
        let config = Agent::config_builder()
            .tls_config(tls.build())
            .https_only(!is_of_this_computer)
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(within))
            .user_agent("almoner");
        let config = if is_of_this_computer { config.proxy(None) } else { config };
        Fetch(config.build().new_agent())
    }

    /// Returns the document at an address.
    ///
    /// # Errors
    ///
    /// In words, if there is no such answer within the limits.
    pub fn get(&self, address: &str) -> Result<Vec<u8>, String> {
        match whole(self.0.get(address).header("accept", "application/json").call())? {
            (200, bytes) => Ok(bytes),
            (status, _) => Err(format!("{address} answered with status {status}")),
        }
    }

    /// Sends a form, with the client's id and secret as basic authentication if they are given, and returns the status and
    /// the answer.
    ///
    /// # Errors
    ///
    /// In words, if there is no answer within the limits.
    pub fn post(
        &self,
        address: &str,
        form: &[(&str, &str)],
        authorization: Option<&str>,
    ) -> Result<(u16, Vec<u8>), String> {
        let mut request = self.0.post(address).header("accept", "application/json");
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        whole(request.send_form(form.iter().copied()))
    }
}

fn whole(answered: Result<ureq::http::Response<Body>, ureq::Error>) -> Result<(u16, Vec<u8>), String> {
    let mut answer = answered.map_err(|error| error.to_string())?;
    let body = answer.body_mut().with_config().limit(LARGEST).read_to_vec();
    Ok((answer.status().as_u16(), body.map_err(|error| error.to_string())?))
}
