//! Reading what is sent: of bounded size, within bounded time.

use std::time::Duration;

use axum::body::{Body, to_bytes};

/// The maximum size of a form.
const BODY: usize = 1024 * 1024;
/// The time that a form may take to arrive.
const PATIENCE: Duration = Duration::from_secs(15);

/// Reads a body; `None` if it is too large, takes too long or is cut off.
pub async fn body(body: Body) -> Option<Vec<u8>> {
    let read = tokio::time::timeout(PATIENCE, to_bytes(body, BODY)).await;
    read.ok()?.ok().map(|bytes| bytes.to_vec())
}
