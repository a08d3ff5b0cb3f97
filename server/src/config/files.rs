//! `[sites.files]`: the files that visitors and agents may send each other. Without the table the site takes none.

use chinwag::model::FileRules;
use serde::Deserialize;

/// The table `[sites.files]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Files {
    pub enabled: bool,
    /// Bytes of one file.
    pub max_size: u64,
    /// Files of one conversation.
    pub max_files: u32,
    /// Bytes of all files of one conversation.
    pub max_total: u64,
    /// Extensions of names, in lower case and without the dot.
    pub types: Vec<String>,
    /// Whether place, time and device are removed from photographs.
    pub strip_metadata: bool,
    /// Files that one visitor may send in an hour, in all conversations.
    pub visitor_per_hour: u32,
    /// Bytes that one visitor may send in a day.
    pub visitor_bytes_per_day: Option<u64>,
    /// Bytes that visitors and agents of the site may send in a day, together.
    pub site_bytes_per_day: Option<u64>,
}

/// Allowances per hour and day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Files of a visitor in an hour.
    pub files: u32,
    /// Bytes of a visitor in a day.
    pub visitor: u64,
    /// Bytes of all senders of the site in a day.
    pub site: u64,
}

impl Default for Files {
    fn default() -> Self {
        let types = ["avif", "csv", "doc", "docx", "gif", "jpeg", "jpg", "odt", "pdf", "png", "ppt", "pptx", "txt", "webp", "xls", "xlsx"];
        Self {
            enabled: true,
            max_size: 10 * 1024 * 1024,
            max_files: 20,
            max_total: 50 * 1024 * 1024,
            types: types.map(str::to_owned).to_vec(),
            strip_metadata: true,
            visitor_per_hour: 60,
            visitor_bytes_per_day: None,
            site_bytes_per_day: None,
        }
    }
}

/// The upper limit for the configured size of files.
const LARGEST: u64 = 4 * 1024 * 1024 * 1024;

impl Files {
    /// The limits, if the site takes files.
    #[must_use]
    pub fn rules(&self) -> Option<FileRules> {
        let rules = FileRules { max_size: self.max_size, max_files: self.max_files, max_total: self.max_total, types: self.types.clone() };
        self.enabled.then_some(rules)
    }

    /// The allowances. Default: for a visitor enough for four conversations, for the site enough for two hundred.
    #[must_use]
    pub fn allowance(&self) -> Allowance {
        let whole = self.max_total.max(self.max_size);
        let visitor = self.visitor_bytes_per_day.unwrap_or_else(|| whole.saturating_mul(4));
        let site = self.site_bytes_per_day.unwrap_or_else(|| whole.saturating_mul(200).max(visitor));
        Allowance { files: self.visitor_per_hour, visitor, site }
    }

    /// The faults: the key below `files`, and what to write instead.
    pub(super) fn faults(&self) -> Vec<(String, &'static str)> {
        let mut faults = Vec::new();
        if !(1..=LARGEST).contains(&self.max_size) {
            faults.push(("max_size".to_owned(), "has to be from 1 to 4294967296 bytes; write enabled = false for no files"));
        }
        if self.max_files == 0 {
            faults.push(("max_files".to_owned(), "has to be 1 at least; write enabled = false for no files"));
        }
        if self.max_total < self.max_size {
            faults.push(("max_total".to_owned(), "has to be max_size at least"));
        }
        if self.visitor_per_hour == 0 {
            faults.push(("visitor_per_hour".to_owned(), "has to be 1 at least; write enabled = false for no files"));
        }
        if self.visitor_bytes_per_day.is_some_and(|bytes| bytes < self.max_size) {
            faults.push(("visitor_bytes_per_day".to_owned(), "has to be max_size at least"));
        }
        if self.allowance().site < self.allowance().visitor {
            faults.push(("site_bytes_per_day".to_owned(), "has to be visitor_bytes_per_day at least"));
        }
        if self.types.is_empty() {
            faults.push(("types".to_owned(), "is empty: list endings such as \"png\", or write enabled = false for no files"));
        }
        faults.extend(wrong_ending(&self.types).map(|(index, message)| (format!("types[{index}]"), message)));
        faults
    }
}

/// The first of these that is not a valid extension, with its index.
pub(crate) fn wrong_ending(types: &[String]) -> Option<(usize, &'static str)> {
    let fits = |ending: &String| (1..=10).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let wrong = types.iter().position(|ending| !fits(ending))?;
    Some((wrong, "has to be the ending of a name: 1 to 10 lower-case letters and digits, without the dot"))
}
