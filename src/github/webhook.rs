//! A message to an address of the user's own: no token goes with it, and no redirect is followed.

use std::time::Duration;

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT};
use octocrab::service::middleware::retry::RetryConfig;
use octocrab::{OctoBody, Octocrab};

use super::stop::Stop;
use super::{ApiError, wait};

/// How long an answer may take.
const LONGEST: Duration = Duration::from_secs(10);

/// Posts JSON, again after a short while where nobody answers; any status but 2xx is an error.
///
/// # Errors
/// When the address is none, cannot be reached, or refuses.
pub fn post(address: &str, json: &str, stop: &Stop) -> Result<(), ApiError> {
    let mut tries = 0;
    loop {
        let error = match once(address, json) {
            Ok(status) if (200..300).contains(&status) => return Ok(()),
            Ok(status) if status < 500 => return Err(broken(address, format!("it answered with {status}"))),
            Ok(status) => broken(address, format!("it answered with {status}")),
            Err(error @ ApiError::Host(_)) => return Err(error),
            Err(error) => error,
        };
        match wait::backoff(tries) {
            Some(short) if stop.sleep(short) => tries += 1,
            _ => return Err(error),
        }
    }
}

/// The address without what may be a secret in it.
fn broken(address: &str, reason: String) -> ApiError {
    let uri: Option<http::Uri> = address.parse().ok();
    let host = uri.as_ref().and_then(http::Uri::host).unwrap_or("the address").to_owned();
    ApiError::Unreachable { host, reason }
}

fn once(address: &str, json: &str) -> Result<u16, ApiError> {
    let no_address = || ApiError::Host("the address".to_owned());
    let uri: http::Uri = address.parse().map_err(|_| no_address())?;
    let (scheme, authority) = uri.scheme_str().zip(uri.authority()).ok_or_else(no_address)?;
    let origin: http::Uri = format!("{scheme}://{authority}").parse().map_err(|_| no_address())?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let failed = |error: &dyn std::fmt::Display| broken(address, error.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| failed(&error))?;
    runtime.block_on(async {
        let builder = Octocrab::builder().base_uri(origin).map_err(|error| failed(&error))?;
        let octocrab = builder.add_retry_config(RetryConfig::None).build().map_err(|error| failed(&error))?;
        let request = http::Request::post(path)
            .header(USER_AGENT, concat!("gh-autoheal/", env!("CARGO_PKG_VERSION")))
            .header(CONTENT_TYPE, "application/json")
            .header(CONTENT_LENGTH, json.len())
            .body(OctoBody::from(json.to_owned()))
            .map_err(|error| failed(&error))?;
        let late = |_| broken(address, format!("no answer within {} s", LONGEST.as_secs()));
        let response = tokio::time::timeout(LONGEST, octocrab.execute(request)).await.map_err(late)?;
        let response = response.map_err(|error| broken(address, super::client::words(&error)))?;
        Ok(response.status().as_u16())
    })
}
