//! A host's web site: pages that embed the widget, on an origin of their own.

use anyhow::{Context, Result, bail};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A page of the host's site.
#[derive(Clone, Debug, Default)]
pub struct HostPage {
    /// The whole document.
    pub html: String,
    /// Further headers, name and value.
    pub headers: Vec<(String, String)>,
}

/// A web server for host pages on a free port.
pub struct Host {
    port: u16,
    pages: Arc<Mutex<HashMap<String, HostPage>>>,
    task: JoinHandle<()>,
}

impl Host {
    /// Starts without any page.
    ///
    /// # Errors
    /// No port is free.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let pages = Arc::new(Mutex::new(HashMap::new()));
        let known = Arc::clone(&pages);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let known = Arc::clone(&known);
                // A browser may close the connection at any time.
                tokio::spawn(async move { drop(answer(stream, &known).await) });
            }
        });
        Ok(Self { port, pages, task })
    }

    /// The origin of its pages.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Puts a page at a path and returns its address.
    #[must_use]
    pub fn put(&self, path: &str, page: &HostPage) -> String {
        self.pages.lock().expect("no test panics while it holds this").insert(path.to_owned(), page.clone());
        format!("{}{path}", self.origin())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl HostPage {
    /// A page that records every event in `heard`, and has this in its body.
    #[must_use]
    pub fn listening(head: &str, body: &str) -> Self {
        let html = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
             <title>A host page</title><script>{LISTENER}</script>{head}</head><body><h1>A host page</h1>{body}</body></html>"
        );
        Self { html, headers: Vec::new() }
    }

    /// The page with a further header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// Pages ask once a minute whether an agent is available; with this in its head a page asks more often.
pub const HURRY: &str = "<script>const wait = setTimeout; window.setTimeout = (work, time, ...more) => wait(work, time === 60000 ? 300 : time, ...more);</script>";

/// Records every window message, whether a strict listener would have accepted it, and every error of the page.
pub(crate) const LISTENER: &str = "\
window.heard = []; window.errors = []; window.violations = [];\
window.addEventListener('message', (event) => {\
  if (event.data && event.data.name === 'CTLiveEvent') {\
    heard.push({ ...structuredClone(event.data), keys: Object.keys(event.data), strict: event.source === window && event.origin === location.origin });\
  }\
});\
window.addEventListener('error', (event) => errors.push(String(event.message)));\
window.addEventListener('unhandledrejection', (event) => errors.push(String(event.reason)));\
document.addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective + ' ' + event.blockedURI));";

async fn answer(mut stream: TcpStream, pages: &Mutex<HashMap<String, HostPage>>) -> Result<()> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !request.windows(4).any(|four| four == b"\r\n\r\n") {
        let read = stream.read(&mut buffer).await?;
        if read == 0 || request.len() > 65_536 {
            return Ok(());
        }
        request.extend_from_slice(buffer.get(..read).unwrap_or_default());
    }
    let request = String::from_utf8_lossy(&request);
    let path = request.split(' ').nth(1).and_then(|target| target.split('?').next()).unwrap_or_default();
    let page = pages.lock().expect("no test panics while it holds this").get(path).cloned();
    let (status, page) = page.map_or_else(|| ("404 Not Found", HostPage::default()), |page| ("200 OK", page));
    let mut head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n",
        page.html.len()
    );
    for (name, value) in &page.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n{}", page.html).as_bytes()).await?;
    Ok(stream.shutdown().await?)
}

/// Posts JSON and returns the body of the answer.
///
/// # Errors
/// No connection, or an answer that is not HTTP.
pub(crate) async fn post_json(base: &str, path: &str, body: &str) -> Result<String> {
    let address = base.strip_prefix("http://").context("only http")?;
    let mut stream = TcpStream::connect(address).await?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await?;
    // Drivers leave the connection open, also after `Connection: close`: the header with the length determines the end of the answer.
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&answer);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse::<usize>().ok());
            if length.is_some_and(|length| body.len() >= length) {
                return Ok(body.to_owned());
            }
        }
        let read = stream.read(&mut buffer).await?;
        if read == 0 {
            bail!("half an answer: {text}");
        }
        answer.extend_from_slice(buffer.get(..read).unwrap_or_default());
    }
}
