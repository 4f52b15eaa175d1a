//! Encryption by the server itself: a certificate with its key, as PEM files, read once at the start.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use almoner_app::error::Error;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

use crate::secret_file;

/// The certificate of the pages and its key. It is never printed.
#[derive(Clone)]
pub struct Certificate(TlsAcceptor);

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Certificate")
    }
}

fn unusable(what: &str, path: &Path, why: &dyn fmt::Display, advice: &str) -> Error {
    let message = format!("the {what} `{}` cannot be used: {why}", path.display());
    Error::refused("certificate", message).advice(advice)
}

fn why(error: &pem::Error) -> String {
    match error {
        pem::Error::NoItemsFound => "there is none in the file".to_owned(),
        error => format!("the file is not valid PEM ({error})"),
    }
}

impl Certificate {
    /// Reads a certificate, with those that lead to a known authority after it, and its key.
    ///
    /// # Errors
    ///
    /// If one of the files cannot be read or used, others can read the key, or the two do not belong together.
    pub fn read(certificate: &Path, key: &Path) -> Result<Certificate, Error> {
        let chain = secret_file::read_public(certificate, "certificate")?;
        let of_certificate = |why: &dyn fmt::Display| {
            unusable(
                "certificate",
                certificate,
                why,
                "give a PEM file with the certificate followed by its certificate chain",
            )
        };
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&chain)
            .collect::<Result<_, _>>()
            .map_err(|error| of_certificate(&why(&error)))?;
        if chain.is_empty() {
            return Err(of_certificate(&"there is none in the file"));
        }
        let secret = secret_file::read(key, "key of the certificate")?;
        let of_key = |why: &dyn fmt::Display| {
            unusable(
                "key of the certificate",
                key,
                why,
                "give a PEM file with the unencrypted private key of the certificate",
            )
        };
        let secret = PrivateKeyDer::from_pem_slice(&secret).map_err(|error| of_key(&why(&error)))?;
        let provider = Arc::new(ring::default_provider());
        let versions = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let versions = versions.map_err(|error| of_certificate(&error))?;
        let config = versions.with_no_client_auth().with_single_cert(chain, secret);
        let mut config = config.map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => of_key(&"it does not belong to the certificate"),
            rustls::Error::InvalidCertificate(_) => of_certificate(&error),
            error => of_key(&error),
        })?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Certificate(TlsAcceptor::from(Arc::new(config))))
    }

    /// Returns what encrypts connections.
    pub fn acceptor(&self) -> &TlsAcceptor {
        &self.0
    }
}
