//! TLS of both listeners: https with the operator's files, read again when they change, and QUIC with the minted certificate.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::config::TlsFiles;
use crate::shutdown::Shutdown;
use crate::transport::certificate::Minted;

/// How often the files' modification times are looked at.
const WATCH_EVERY: Duration = Duration::from_secs(2);

#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("{file}: {reason}")]
    File { file: String, reason: String },
    #[error("TLS: {0}")]
    Rustls(#[from] rustls::Error),
    #[error("TLS: no cipher suite fits QUIC")]
    NoQuicSuite,
}

/// The one crypto provider of the process; a second one would make rustls panic when it has to choose.
#[must_use]
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// Answers every handshake with the newest certificate; handshakes that are done keep theirs.
#[derive(Debug)]
pub struct ReloadingCertificate {
    files: TlsFiles,
    current: RwLock<Loaded>,
}

#[derive(Debug)]
struct Loaded {
    key: Arc<CertifiedKey>,
    changed_at: Option<SystemTime>,
}

impl ReloadingCertificate {
    pub fn load(files: TlsFiles) -> Result<Arc<Self>, TlsError> {
        let current = RwLock::new(Loaded { changed_at: changed_at(&files), key: Arc::new(read(&files)?) });
        Ok(Arc::new(Self { files, current }))
    }

    /// Reads the files again when they changed. Files that are bad or half written leave the old certificate in use.
    pub fn reload_if_changed(&self) -> Result<bool, TlsError> {
        let changed_at = changed_at(&self.files);
        if changed_at == self.current.read().unwrap_or_else(PoisonError::into_inner).changed_at {
            return Ok(false);
        }
        let key = Arc::new(read(&self.files)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Loaded { key, changed_at };
        Ok(true)
    }

    /// Looks at the files until the server stops.
    pub async fn watch(self: Arc<Self>, shutdown: Shutdown) {
        loop {
            tokio::select! {
                () = shutdown.requested() => return,
                () = tokio::time::sleep(WATCH_EVERY) => {}
            }
            match self.reload_if_changed() {
                Ok(false) => {}
                Ok(true) => tracing::info!("the certificate of https was read again"),
                Err(error) => tracing::warn!(%error, "the changed certificate of https is not usable; the old one stays"),
            }
        }
    }

    /// For the TCP listener: HTTP/2 when the browser can, else HTTP/1.1.
    pub fn https_config(self: &Arc<Self>) -> Result<Arc<rustls::ServerConfig>, TlsError> {
        let mut config = rustls::ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(self.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

impl ResolvesServerCert for ReloadingCertificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.read().unwrap_or_else(PoisonError::into_inner).key.clone())
    }
}

/// For the QUIC endpoint: HTTP/3 with a minted certificate.
pub fn quic_config(minted: &Minted) -> Result<quinn::crypto::rustls::QuicServerConfig, TlsError> {
    let mut config = rustls::ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_no_client_auth()
        .with_single_cert(minted.chain.clone(), minted.key())?;
    config.alpn_protocols = vec![wtransport::tls::WEBTRANSPORT_ALPN.to_vec()];
    config.try_into().map_err(|_| TlsError::NoQuicSuite)
}

fn changed_at(files: &TlsFiles) -> Option<SystemTime> {
    let of = |path: &Path| std::fs::metadata(path).and_then(|data| data.modified()).ok();
    of(&files.cert).max(of(&files.key))
}

fn read(files: &TlsFiles) -> Result<CertifiedKey, TlsError> {
    let refuse = |path: &Path, reason: String| TlsError::File { file: path.display().to_string(), reason };
    let chain = CertificateDer::pem_file_iter(&files.cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| refuse(&files.cert, error.to_string()))?;
    if chain.is_empty() {
        return Err(refuse(&files.cert, "there is no certificate in this file".into()));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| refuse(&files.key, error.to_string()))?;
    CertifiedKey::from_der(chain, key, &provider())
        .map_err(|error| refuse(&files.key, format!("the key does not fit the certificate: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write_pair(directory: &Path, name: &str) -> TlsFiles {
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap().self_signed(&key).unwrap();
        let files = TlsFiles { cert: directory.join("cert.pem"), key: directory.join("key.pem") };
        std::fs::write(&files.cert, certificate.pem()).unwrap();
        std::fs::write(&files.key, key.serialize_pem()).unwrap();
        files
    }

    fn directory(name: &str) -> std::path::PathBuf {
        let path = std::env::temp_dir().join(format!("slipstream-tls-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        path
    }

    #[test]
    fn a_changed_certificate_is_read_again_and_a_broken_one_leaves_the_old_in_use() {
        let directory = directory("reload");
        let files = write_pair(&directory, "one.example");
        let loaded = ReloadingCertificate::load(files.clone()).unwrap();
        let first = loaded.current.read().unwrap().key.cert.clone();
        assert!(!loaded.reload_if_changed().unwrap());

        write_pair(&directory, "two.example");
        set_modified(&files.cert, 10);
        assert!(loaded.reload_if_changed().unwrap());
        let second = loaded.current.read().unwrap().key.cert.clone();
        assert_ne!(first, second);

        std::fs::write(&files.cert, "half a cert").unwrap();
        set_modified(&files.cert, 20);
        assert!(loaded.reload_if_changed().is_err());
        assert_eq!(loaded.current.read().unwrap().key.cert, second);
        std::fs::remove_dir_all(directory).unwrap();
    }

    fn set_modified(path: &Path, seconds_ahead: u64) {
        let file = std::fs::File::options().write(true).open(path).unwrap();
        file.set_modified(SystemTime::now() + Duration::from_secs(seconds_ahead)).unwrap();
    }

    #[test]
    fn a_missing_file_is_named() {
        let files = TlsFiles { cert: "/nowhere/cert.pem".into(), key: "/nowhere/key.pem".into() };
        let error = ReloadingCertificate::load(files).unwrap_err().to_string();
        assert!(error.starts_with("/nowhere/cert.pem: "), "{error}");
    }
}
