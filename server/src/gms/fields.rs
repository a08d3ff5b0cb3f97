//! The fields of a body: `application/x-www-form-urlencoded` or `multipart/form-data`, nested ones as `userData[key]=value` (G4.1).

use super::answer::Fault;
use super::settings::LARGEST_FILE;
use axum::body::Body;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use chinwag::model::FieldValue;
use http_body_util::Limited;
use serde_json::{Map, Value};

/// Bytes of the fields of one request, files aside.
const BYTES: usize = 256 * 1024;
/// Fields of one request, and parts of a multipart body.
const COUNT: usize = 256;
/// Values of a chat (the same number as of one of our forms).
const VALUES: usize = 64;
/// Characters of a value's name.
const KEY_CHARS: usize = 64;
/// Characters of a value.
const VALUE_CHARS: usize = 4_096;

/// The fields of a request, in its order.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pairs: Vec<(String, String)>,
    bytes: usize,
}

/// The format of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Urlencoded,
    Multipart,
}

impl Fields {
    /// Reads a whole body without a file.
    pub(super) async fn read(request: Request) -> Result<Self, Fault> {
        let mut fields = Self::default();
        match form_of(&request)? {
            Form::Urlencoded => {
                let bytes = axum::body::to_bytes(request.into_body(), BYTES).await.map_err(|_| too_large())?;
                for (name, value) in form_urlencoded::parse(&bytes) {
                    fields.add(name.into_owned(), value.into_owned())?;
                }
            }
            Form::Multipart => {
                let mut parts = Parts::of(request, 2 * BYTES).await?;
                while let Some(part) = parts.next().await? {
                    fields.take(part).await?;
                }
            }
        }
        Ok(fields)
    }

    /// The parts of a multipart body, with a file among them.
    pub(super) async fn parts(request: Request) -> Result<Parts, Fault> {
        match form_of(&request)? {
            Form::Multipart => Parts::of(request, usize::try_from(LARGEST_FILE).unwrap_or(usize::MAX).saturating_add(2 * BYTES)).await,
            Form::Urlencoded => Err(unsupported("a file comes as multipart/form-data")),
        }
    }

    /// Takes one part that is not a file.
    pub(super) async fn take(&mut self, mut part: Field<'_>) -> Result<(), Fault> {
        let name = part.name().unwrap_or_default().to_owned();
        let mut value = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(|_| malformed())? {
            if self.bytes + value.len() + chunk.len() > BYTES {
                return Err(too_large());
            }
            value.extend_from_slice(&chunk);
        }
        self.add(name, String::from_utf8(value).map_err(|_| malformed())?)
    }

    fn add(&mut self, name: String, value: String) -> Result<(), Fault> {
        self.bytes += name.len() + value.len();
        if self.pairs.len() >= COUNT || self.bytes > BYTES {
            return Err(too_large());
        }
        self.pairs.push((name, value));
        Ok(())
    }

    /// The fields of a JSON object (G5), in which nested data is an object.
    pub(super) fn of_json(data: &Map<String, Value>) -> Result<Self, Fault> {
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        let mut fields = Self::default();
        for (name, value) in data {
            match value {
                Value::Object(inner) if name == "userData" => {
                    for (key, value) in inner {
                        fields.add(format!("userData[{key}]"), text(value))?;
                    }
                }
                value => fields.add(name.clone(), text(value))?,
            }
        }
        Ok(fields)
    }

    /// Adds a field.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.pairs.push((name.to_owned(), value.to_owned()));
    }

    /// A field's value; the first one of several, empty when there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// A field's value, if the field is there.
    pub(super) fn find(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The position from which the transcript is wanted (G4.2): 0 for no events, -1 for the newest event.
    pub(super) fn position(&self, default: i64) -> Result<i64, Fault> {
        match self.find("transcriptPosition").map(str::trim) {
            None | Some("") => Ok(default),
            Some(text) => {
                let number: Option<i64> = text.parse().ok();
                number.filter(|number| *number >= -1).ok_or_else(|| Fault::request(400, "transcriptPosition is a whole number from -1"))
            }
        }
    }

    /// The fields `userData[key]`, within their limits.
    pub(super) fn user_data(&self) -> Result<Vec<FieldValue>, Fault> {
        let mut values: Vec<FieldValue> = Vec::new();
        for (name, value) in &self.pairs {
            let Some(key) = name.strip_prefix("userData[").and_then(|rest| rest.strip_suffix(']')) else { continue };
            let key = key.trim();
            if key.is_empty() || key.chars().count() > KEY_CHARS || key.chars().any(char::is_control) {
                return Err(Fault::request(400, "a key of userData has 1 to 64 characters"));
            }
            if value.chars().count() > VALUE_CHARS || value.contains('\0') {
                return Err(Fault::request(400, "a value of userData has 4096 characters at most"));
            }
            if !values.iter().any(|known| known.name == key) {
                values.push(FieldValue { name: key.to_owned(), value: value.clone() });
            }
        }
        if values.len() > VALUES {
            return Err(Fault::request(400, "userData has 64 values at most"));
        }
        Ok(values)
    }
}

/// The parts of a multipart body, with a limit for their number and for the bytes including separators.
pub(super) struct Parts {
    parts: Multipart,
    left: usize,
}

impl Parts {
    async fn of(request: Request, bytes: usize) -> Result<Self, Fault> {
        let request = request.map(|body| Body::new(Limited::new(body, bytes)));
        let parts = Multipart::from_request(request, &()).await.map_err(|_| malformed())?;
        Ok(Self { parts, left: COUNT })
    }

    /// The next part.
    pub(super) async fn next(&mut self) -> Result<Option<Field<'_>>, Fault> {
        let Some(left) = self.left.checked_sub(1) else { return Err(too_large()) };
        self.left = left;
        self.parts.next_field().await.map_err(|_| malformed())
    }
}

fn form_of(request: &Request) -> Result<Form, Fault> {
    let text = request.headers().get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap_or("?"));
    let kind = text.unwrap_or("application/x-www-form-urlencoded").split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/x-www-form-urlencoded" => Ok(Form::Urlencoded),
        "multipart/form-data" => Ok(Form::Multipart),
        _ => Err(unsupported("send application/x-www-form-urlencoded or multipart/form-data")),
    }
}

pub(super) fn malformed() -> Fault {
    Fault::request(400, "the body is not of its form")
}

fn too_large() -> Fault {
    Fault::denied(StatusCode::PAYLOAD_TOO_LARGE, 413, "the body is too large")
}

fn unsupported(advice: &str) -> Fault {
    Fault::denied(StatusCode::UNSUPPORTED_MEDIA_TYPE, 415, advice)
}
