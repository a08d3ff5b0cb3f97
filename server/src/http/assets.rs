//! Files: the widget, the desk, the demo site, the examples. They are in a folder, or inside the program. Compressed copies next to them are
//! preferred.

use super::{App, error, home, host};
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use chinwag::dialects::{self, DIALECTS};
use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

/// A file inside the program.
pub struct Inside {
    pub bytes: Cow<'static, [u8]>,
    /// The hash of its content.
    pub hash: [u8; 32],
}

/// Finds a file inside the program by its path below `dist`.
pub type BuiltIn = fn(&str) -> Option<Inside>;

/// Where the files are.
#[derive(Clone)]
pub enum Assets {
    Folder(PathBuf),
    BuiltIn(BuiltIn),
}

impl Assets {
    /// The files to serve: those of a folder, if one is given, else those inside the program.
    ///
    /// # Errors
    /// The widget or the desk is missing, with the command that builds it.
    pub fn find(folder: Option<PathBuf>, built_in: Option<BuiltIn>) -> Result<Self, String> {
        let assets = match (folder, built_in) {
            (Some(folder), _) => Self::Folder(folder),
            (None, Some(built_in)) => Self::BuiltIn(built_in),
            (None, None) => return Err("no folder of widget and desk is named: use --assets DIR".into()),
        };
        match NEEDED.into_iter().find(|name| assets.get(name).is_none()) {
            None => Ok(assets),
            Some(name) => Err(format!("there is no {name} {assets}")),
        }
    }

    fn get(&self, name: &str) -> Option<Content> {
        match self {
            Self::Folder(root) => {
                let root = root.canonicalize().ok()?;
                let path = root.join(name).canonicalize().ok()?;
                // A symbolic link in the folder must not lead out of it either.
                if !path.starts_with(&root) || !path.is_file() {
                    return None;
                }
                let meta = path.metadata().ok()?;
                let changed = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
                Some(Content { tag: format!("W/\"{:x}-{changed:x}\"", meta.len()), length: meta.len(), from: Source::File(path) })
            }
            Self::BuiltIn(find) => {
                let Inside { bytes, hash } = find(name)?;
                let tag = format!("\"{}\"", hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect::<String>());
                Some(Content { tag, length: bytes.len() as u64, from: Source::Memory(bytes) })
            }
        }
    }
}

/// The end of the message about a missing file.
impl fmt::Display for Assets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => {
                let folder = folder.display();
                write!(f, "in {folder}: build it with `cargo xtask build`, or name the right folder with --assets or [server] assets")
            }
            Self::BuiltIn(_) => f.write_str(
                "inside this program, because there was no dist/ when it was built: build it with `cargo xtask server`, or name a folder \
                 with --assets",
            ),
        }
    }
}

/// Files without which the server does not start.
const NEEDED: [&str; 2] = ["widget/chinwag.js", "desk/index.html"];

/// One file, not read yet.
struct Content {
    tag: String,
    length: u64,
    from: Source,
}

enum Source {
    File(PathBuf),
    Memory(Cow<'static, [u8]>),
}

impl Content {
    fn bytes(self) -> Option<Bytes> {
        match self.from {
            Source::File(path) => std::fs::read(path).ok().map(Bytes::from),
            Source::Memory(Cow::Borrowed(bytes)) => Some(Bytes::from_static(bytes)),
            Source::Memory(Cow::Owned(bytes)) => Some(Bytes::from(bytes)),
        }
    }
}

/// The file for an address, and how it is served.
struct Found {
    /// Its path, relative to the root of the assets.
    name: String,
    /// Its name contains a hash of its content, so the content never changes.
    fixed: bool,
    /// Pages of any origin load it.
    public: bool,
}

/// Answers every address that is not a part of an interface.
pub(super) async fn serve(State(app): State<Arc<App>>, request: Request) -> Response {
    let nothing = || error(StatusCode::NOT_FOUND, "not_found", "there is nothing at this address", None);
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return error(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "this address has no such method", None);
    }
    let path = request.uri().path();
    let is_demo = app.demo.is_some();
    if path == "/desk" || path == "/examples" && is_demo {
        let target = if path == "/desk" { "/desk/" } else { "/examples/" };
        return answer(StatusCode::PERMANENT_REDIRECT, &[(header::LOCATION, target)], Body::empty());
    }
    if path == "/" && !is_demo {
        if let Some(refusal) = host::refuse(&app, &request) {
            return refusal;
        }
        return home::page(request.method() == Method::HEAD);
    }
    let Some(segments) = segments(path) else { return nothing() };
    let Some(found) = locate(&segments, path.ends_with('/'), is_demo) else { return nothing() };
    if !found.public
        && let Some(refusal) = host::refuse(&app, &request)
    {
        return refusal;
    }
    let assets = app.assets.clone();
    let public = found.public;
    let accepts = accepted(request.headers());
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let head = request.method() == Method::HEAD;
    let read = tokio::task::spawn_blocking(move || read(&assets, &found, &accepts, known.as_ref(), head)).await;
    read.ok().flatten().unwrap_or_else(|| {
        let mut missing = nothing();
        if public {
            // Otherwise a loader of another release could not distinguish a missing file from a network that is down.
            missing.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }
        missing
    })
}

/// The parts of an address, decoded; `None` when one of them could lead out of the root.
fn segments(path: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let part = decode(part)?;
        let leads_away = part.starts_with('.') || part.contains(['/', '\\', '\0', ':']) || part.chars().any(char::is_control);
        if leads_away {
            return None;
        }
        parts.push(part);
    }
    Some(parts)
}

fn decode(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The file for an address. The demo site exists only in the demo.
fn locate(segments: &[String], folder: bool, is_demo: bool) -> Option<Found> {
    let names: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (base, rest, public) = match (dialects::script(DIALECTS, &names), names.as_slice()) {
        (Some(facade), _) => ("widget", facade, true),
        (None, ["chinwag.js"]) => ("widget", names.as_slice(), true),
        (None, ["w", rest @ ..]) if rest.len() == 1 => ("widget", rest, true),
        (None, ["desk", rest @ ..]) => ("desk", rest, false),
        _ if !is_demo => return None,
        (None, ["examples", rest @ ..]) => ("examples", rest, false),
        (None, rest) => ("www", rest, false),
    };
    let index = (folder || rest.is_empty()).then_some("index.html");
    let name = std::iter::once(base).chain(rest.iter().copied()).chain(index).collect::<Vec<_>>().join("/");
    let fixed = has_hash(name.rsplit('/').next()?);
    Some(Found { name, fixed, public })
}

/// Whether a name ends in a hyphen and a hash before its type, such as `chinwag-0a1b2c3d4e5f.wasm`.
fn has_hash(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    let hash = stem.rsplit('-').next().unwrap_or_default();
    hash.len() >= 8 && stem.len() > hash.len() && hash.bytes().all(|b| b.is_ascii_hexdigit())
}

fn accepted(headers: &HeaderMap) -> Vec<&'static str> {
    let text = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let wants = |name: &str| {
        text.split(',').any(|item| {
            let (coding, weight) = item.split_once(';').unwrap_or((item, ""));
            coding.trim().eq_ignore_ascii_case(name) && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
        })
    };
    [("br", wants("br")), ("gzip", wants("gzip"))].into_iter().filter(|(_, wanted)| *wanted).map(|(name, _)| name).collect()
}

fn read(assets: &Assets, found: &Found, accepts: &[&'static str], known: Option<&HeaderValue>, head: bool) -> Option<Response> {
    let plain = assets.get(&found.name)?;
    let compressed = accepts.iter().find_map(|coding| {
        let ending = if *coding == "br" { "br" } else { "gz" };
        assets.get(&format!("{}.{ending}", found.name)).map(|content| (content, *coding))
    });
    let (content, coding) = compressed.map_or((plain, None), |(content, coding)| (content, Some(coding)));
    let cache = if found.fixed { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut headers = vec![
        (header::CONTENT_TYPE, content_type(Path::new(&found.name))),
        (header::CACHE_CONTROL, cache.to_owned()),
        (header::ETAG, content.tag.clone()),
        (header::VARY, "Accept-Encoding".to_owned()),
    ];
    if found.public {
        headers.push((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*".into()));
        headers.push((header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin".into()));
    }
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name.clone(), value.as_str())).collect();
    let is_known = |known: &str| known.split(',').any(|one| one.trim() == content.tag);
    if known.and_then(|known| known.to_str().ok()).is_some_and(is_known) {
        return Some(answer(StatusCode::NOT_MODIFIED, &headers, Body::empty()));
    }
    let length = content.length.to_string();
    let mut headers = headers;
    headers.push((header::CONTENT_LENGTH, &length));
    headers.extend(coding.map(|coding| (header::CONTENT_ENCODING, coding)));
    let body = if head { Body::empty() } else { Body::from(content.bytes()?) };
    Some(answer(StatusCode::OK, &headers, body))
}

fn content_type(path: &Path) -> String {
    let kind = match path.extension().and_then(|ending| ending.to_str()).unwrap_or_default() {
        "wasm" => return "application/wasm".into(),
        "js" | "mjs" => "text/javascript",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        _ => mime_guess::from_path(path).first_raw().unwrap_or("application/octet-stream"),
    };
    let is_text = kind.starts_with("text/") || matches!(kind, "application/json" | "application/manifest+json" | "image/svg+xml");
    if is_text { format!("{kind}; charset=utf-8") } else { kind.into() }
}

pub(super) fn answer(status: StatusCode, headers: &[(header::HeaderName, &str)], body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name.clone(), value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_lead_away_are_nothing() {
        for path in ["/../x", "/%2e%2e/x", "/a/..%2f..%2fetc", "/.git/config", "/a%00b", "/a%5c..%5cb", "/%zz", "/c:%2fx", "/%"] {
            assert_eq!(segments(path), None, "{path}");
        }
        assert_eq!(segments("/a//b%20c/"), Some(vec!["a".into(), "b c".into()]));
    }

    #[test]
    fn only_names_with_a_hash_never_change() {
        assert!(has_hash("chinwag-0a1b2c3d4e5f.wasm"));
        assert!(has_hash("text-it-0a1b2c3d.json"));
        assert!(!has_hash("chinwag.js"));
        assert!(!has_hash("index.html"));
        assert!(!has_hash("deadbeef.html"));
        assert!(!has_hash("call-me-later.html"));
    }
}
