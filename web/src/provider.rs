//! The organisation's accounts, by OpenID Connect: the authorization code flow with PKCE, with one provider.
//!
//! The provider says only who signed in, by its issuer and a subject. Which user that is, and what the user may do, the
//! ledger and the accounts beside it say. What the provider answers is believed as far as it is signed for this sign-in.

mod fetch;
mod id_token;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use almoner_app::error::Error;
use axum::http::Uri;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::fields::{address, encoded};
use crate::lock::locked;
use crate::secret_file;
use fetch::Fetch;
use id_token::{Expected, Key, Wrong, subject};

/// The address of these pages to which the provider sends browsers back.
pub const RETURN: &str = "/sign-in/organisation/return";
/// The time that the provider has for an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The seconds for which what the provider publishes is remembered.
const REMEMBERED: u64 = 60 * 60;
/// The fewest seconds between two looks for a key that is not known.
const BETWEEN: u64 = 60;
/// How many sign-ins speak with the provider at the same time.
const AT_ONCE: usize = 2;

/// How the pages are known to a provider.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// The address of the provider, exactly as it names itself.
    pub issuer: String,
    /// The id that the provider gave to the pages.
    pub client_id: String,
    /// The file with the secret that the provider gave to the pages, if it gave one.
    pub secret_file: Option<PathBuf>,
    /// True if nobody signs in with a password.
    pub no_passwords: bool,
    /// The time that the provider has for an answer, if not the usual one.
    pub patience: Option<Duration>,
}

/// An account of the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// Whose it is, by the provider's own name, which never becomes another's.
    pub subject: String,
}

/// Why nobody is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failed {
    /// The provider cannot be reached, or its answer cannot be read.
    Unavailable(String),
    /// What it answered is not accepted.
    Refused(String),
}

/// What one sign-in is known by: the state comes back with the browser, the nonce in the token, and the verifier is
/// shown to the provider alone.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// Known to the browser that began it, and to whom it is sent back by.
    pub state: String,
    /// In the token.
    pub nonce: String,
    /// What the code is exchanged with.
    pub verifier: String,
}

/// What a provider publishes of itself.
#[derive(Clone, Debug, Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    end_session_endpoint: Option<String>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

#[derive(Debug, Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
struct Tokens {
    id_token: String,
}

/// What was fetched, and when.
#[derive(Debug, Default)]
struct Known {
    metadata: Option<(Metadata, u64)>,
    keys: Option<(Vec<Key>, u64)>,
}

/// The provider of the organisation's accounts.
#[derive(Debug)]
pub struct Provider {
    issuer: String,
    client_id: String,
    secret: Option<String>,
    origin: String,
    fetch: Fetch,
    known: Mutex<Known>,
    /// True if nobody signs in with a password.
    pub no_passwords: bool,
    /// Room for sign-ins that speak with the provider.
    pub places: Arc<Semaphore>,
}

/// Returns true if an address is of this computer.
fn is_own(host: &str) -> bool {
    host == "localhost" || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|it| it.is_loopback())
}

/// Returns true if nobody between can read or change what is asked at an address.
fn is_safe(given: &str, may_be_own: bool) -> bool {
    let Ok(uri) = given.parse::<Uri>() else { return false };
    let Some(authority) = uri.authority() else { return false };
    let is_encrypted = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => may_be_own && is_own(authority.host()),
        _ => false,
    };
    is_encrypted && !authority.as_str().contains('@') && !given.contains('#')
}

fn read<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T, Failed> {
    serde_json::from_slice(bytes)
        .map_err(|error| Failed::Unavailable(format!("the provider’s {what} cannot be read: {error}")))
}

impl Provider {
    /// Returns the provider of an office's pages at an origin. Nothing is asked of it yet, so that the pages are served
    /// while it is away.
    ///
    /// # Errors
    ///
    /// If its address is not safe, or the secret cannot be read.
    pub fn new(settings: &ProviderSettings, origin: &str) -> Result<Provider, Error> {
        let issuer = settings.issuer.clone();
        if !is_safe(&issuer, true) || issuer.contains('?') {
            let message = format!("`{issuer}` cannot be used as the address of the organisation’s sign-in");
            return Err(Error::refused("invalid-issuer", message)
                .advice("give the issuer as the provider states it, beginning with https://"));
        }
        let secret = settings.secret_file.as_deref().map(read_secret).transpose()?;
        let patience = settings.patience.unwrap_or(PATIENCE);
        Ok(Provider {
            fetch: Fetch::new(issuer.starts_with("http://"), patience),
            issuer,
            client_id: settings.client_id.clone(),
            secret,
            origin: origin.to_owned(),
            known: Mutex::default(),
            no_passwords: settings.no_passwords,
            places: Arc::new(Semaphore::new(AT_ONCE)),
        })
    }

    /// Returns what the provider publishes of itself.
    fn metadata(&self, known: &mut Known, now: u64) -> Result<Metadata, Failed> {
        if let Some((metadata, at)) = &known.metadata
            && now.abs_diff(*at) < REMEMBERED
        {
            return Ok(metadata.clone());
        }
        let address = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let metadata: Metadata =
            read(&self.fetch.get(&address).map_err(Failed::Unavailable)?, "description of itself")?;
        if metadata.issuer != self.issuer {
            let why = format!("the provider calls itself `{}`, not `{}`", metadata.issuer, self.issuer);
            return Err(Failed::Refused(why));
        }
        let own = self.issuer.starts_with("http://");
        let all = [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri];
        if let Some(unsafe_one) =
            all.into_iter().chain(&metadata.end_session_endpoint).find(|it| !is_safe(it, own))
        {
            return Err(Failed::Refused(format!("the provider’s address `{unsafe_one}` is not encrypted")));
        }
        known.metadata = Some((metadata.clone(), now));
        Ok(metadata)
    }

    fn fetch_keys(&self, known: &mut Known, at: &str, now: u64) -> Result<Vec<Key>, Failed> {
        let set: KeySet = read(&self.fetch.get(at).map_err(Failed::Unavailable)?, "keys")?;
        // Keys of other sorts than ours may be among them.
        let keys: Vec<Key> =
            set.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).collect();
        known.keys = Some((keys.clone(), now));
        Ok(keys)
    }

    fn redirect(&self) -> String {
        format!("{}{RETURN}", self.origin)
    }

    /// Returns the address at which a browser signs in, and comes back from.
    ///
    /// # Errors
    ///
    /// If the provider cannot be reached, or describes itself as another.
    pub fn begin(&self, secrets: &Secrets, now: u64) -> Result<String, Failed> {
        let metadata = self.metadata(&mut locked(&self.known), now)?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(secrets.verifier.as_bytes()));
        Ok(with_parameters(
            &metadata.authorization_endpoint,
            &[
                ("response_type", "code"),
                ("response_mode", "query"),
                ("scope", "openid"),
                ("client_id", &self.client_id),
                ("redirect_uri", &self.redirect()),
                ("state", &secrets.state),
                ("nonce", &secrets.nonce),
                ("code_challenge", &challenge),
                ("code_challenge_method", "S256"),
            ],
        ))
    }

    /// Returns who signed in, for the code that a browser came back with. `issuer` is the one that it came back with, if
    /// any.
    ///
    /// # Errors
    ///
    /// If the provider cannot be reached, or what it answers is not for this sign-in.
    pub fn finish(
        &self,
        code: &str,
        issuer: Option<&str>,
        secrets: &Secrets,
        now: u64,
    ) -> Result<Identity, Failed> {
        let mut known = locked(&self.known);
        let metadata = self.metadata(&mut known, now)?;
        let is_stated = issuer.is_some() || metadata.authorization_response_iss_parameter_supported;
        if is_stated && issuer != Some(self.issuer.as_str()) {
            return Err(Failed::Refused("the browser came back from another provider".to_owned()));
        }
        drop(known);
        let token = self.exchange(&metadata, code, secrets)?;
        let expected =
            Expected { issuer: &self.issuer, client_id: &self.client_id, nonce: &secrets.nonce, now };
        let mut known = locked(&self.known);
        let remembered = known.keys.as_ref().filter(|(_, at)| now.abs_diff(*at) < REMEMBERED).cloned();
        let (keys, at) = match remembered {
            Some(remembered) => remembered,
            None => (self.fetch_keys(&mut known, &metadata.jwks_uri, now)?, now),
        };
        let mut found = subject(&token, &keys, expected);
        if found == Err(Wrong::UnknownKey) && now.abs_diff(at) >= BETWEEN {
            // The provider may have a new key. Who makes up names of keys does not make us ask all the time.
            found = subject(&token, &self.fetch_keys(&mut known, &metadata.jwks_uri, now)?, expected);
        }
        match found {
            Ok(subject) => Ok(Identity { issuer: self.issuer.clone(), subject }),
            Err(Wrong::UnknownKey) => {
                Err(Failed::Refused("the token is signed with a key that is not the provider’s".to_owned()))
            }
            Err(Wrong::Because(why)) => Err(Failed::Refused(why.to_owned())),
        }
    }

    /// Exchanges a code for a token.
    fn exchange(&self, metadata: &Metadata, code: &str, secrets: &Secrets) -> Result<String, Failed> {
        let redirect = self.redirect();
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect.as_str()),
            ("code_verifier", secrets.verifier.as_str()),
        ];
        let methods = metadata.token_endpoint_auth_methods_supported.as_deref();
        // Basic authentication is what is meant where nothing is stated.
        let is_basic = methods.is_none_or(|all| all.iter().any(|it| it == "client_secret_basic"));
        let basic = match &self.secret {
            Some(secret) if is_basic => Some(format!(
                "Basic {}",
                STANDARD.encode(format!("{}:{}", encoded(&self.client_id), encoded(secret)))
            )),
            Some(secret) => {
                form.extend([("client_id", self.client_id.as_str()), ("client_secret", secret.as_str())]);
                None
            }
            None => {
                form.push(("client_id", self.client_id.as_str()));
                None
            }
        };
        let answered = self.fetch.post(&metadata.token_endpoint, &form, basic.as_deref());
        match answered.map_err(Failed::Unavailable)? {
            (200, bytes) => Ok(read::<Tokens>(&bytes, "answer to a code")?.id_token),
            (status @ 400..500, _) => {
                Err(Failed::Refused(format!("the provider does not accept the code (status {status})")))
            }
            (status, _) => Err(Failed::Unavailable(format!("the provider answered with status {status}"))),
        }
    }

    /// Returns the address at which a browser signs out of the organisation's account, as far as the provider is known to
    /// have one.
    pub fn sign_out(&self) -> Option<String> {
        // Not waited for: whoever signs out is signed out of these pages in any case.
        let known = self.known.try_lock().ok()?;
        let end = known.metadata.as_ref()?.0.end_session_endpoint.clone()?;
        let back = format!("{}/sign-in", self.origin);
        Some(with_parameters(
            &end,
            &[("client_id", self.client_id.as_str()), ("post_logout_redirect_uri", &back)],
        ))
    }
}

/// Returns an address with parameters, after those that it has.
fn with_parameters(to: &str, parameters: &[(&str, &str)]) -> String {
    match to.split_once('?') {
        None => address(to, parameters.iter().copied()),
        Some(_) => {
            let more: Vec<String> =
                parameters.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
            format!("{to}&{}", more.join("&"))
        }
    }
}

/// Returns the secret in a file, without the end of its line.
fn read_secret(path: &Path) -> Result<String, Error> {
    const WHAT: &str = "client secret of the organisation’s sign-in";
    let bytes = secret_file::read(path, WHAT)?;
    let text = String::from_utf8(bytes).unwrap_or_default();
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() || text.contains(char::is_control) {
        let message = format!("the {WHAT} `{}` is blank or not text", path.display());
        return Err(Error::refused("invalid-secret", message)
            .advice("write the secret to the file exactly as the provider shows it, on one line"));
    }
    Ok(text.to_owned())
}
