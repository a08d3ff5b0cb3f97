//! Allowances for files per hour and day: of one visitor in all conversations, and of all conversations of a site (quality S44). Like all
//! rate limits they are kept in memory and start again from zero with the server.

use super::FileRefusal;
use crate::config::files::Allowance;
use crate::domain::rates::Keyed;
use chinwag::model::{FileFault, ParticipantId};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The bytes and files that were sent, by site.
#[derive(Default)]
pub struct Sent(Mutex<HashMap<String, Site>>);

struct Site {
    allowance: Allowance,
    files: Keyed<ParticipantId>,
    /// In kibibytes, rounded up.
    visitor: Keyed<ParticipantId>,
    everybody: Keyed<()>,
}

impl Site {
    fn new(allowance: Allowance) -> Self {
        Self {
            allowance,
            files: Keyed::per_hour(allowance.files),
            visitor: Keyed::per_day(kibibytes(allowance.visitor)),
            everybody: Keyed::per_day(kibibytes(allowance.site)),
        }
    }
}

impl Sent {
    /// Counts a file whose upload begins. `visitor`: its sender, unless an agent sends it.
    ///
    /// # Errors
    /// [`FileFault::Later`] when the allowance is used up; the file is not counted then.
    pub fn count(&self, site: &str, allowance: Allowance, visitor: Option<&ParticipantId>, bytes: u64) -> Result<(), FileRefusal> {
        let mut sites = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = sites.entry(site.to_owned()).or_insert_with(|| Site::new(allowance));
        if known.allowance != allowance {
            *known = Site::new(allowance);
        }
        let later = |message: String| Err(FileRefusal::Fault(FileFault::Later, message));
        if let Some(visitor) = visitor {
            if !known.files.take(visitor) {
                return later(format!("a visitor may send {} files in an hour: try again later", allowance.files));
            }
            if !known.visitor.take_many(visitor, kibibytes(bytes)) {
                return later(format!("a visitor may send {} bytes in a day: try again later", allowance.visitor));
            }
        }
        if known.everybody.take_many(&(), kibibytes(bytes)) {
            Ok(())
        } else {
            later("this site takes no more files today: try again later".into())
        }
    }

    /// Forgets visitors whose allowance is full again.
    pub fn tidy(&self) {
        for site in self.0.lock().unwrap_or_else(PoisonError::into_inner).values() {
            site.files.tidy();
            site.visitor.tidy();
        }
    }
}

fn kibibytes(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s44_a_visitor_and_a_site_send_no_more_than_they_may_in_some_time() {
        let allowance = Allowance { files: 3, visitor: 4 * 1024, site: 6 * 1024 };
        let sent = Sent::default();
        let count = |visitor: Option<&str>, bytes| {
            let taken = sent.count("shop", allowance, visitor.map(ParticipantId::from).as_ref(), bytes);
            taken.map_err(|refusal| match refusal {
                FileRefusal::Fault(FileFault::Later, message) => message,
                other => panic!("{other:?}"),
            })
        };
        assert_eq!(count(Some("v_1"), 1), Ok(()));
        assert_eq!(count(Some("v_1"), 3 * 1024), Ok(()));
        assert!(count(Some("v_1"), 1).expect_err("too much").contains("4096 bytes in a day"));
        assert!(count(Some("v_1"), 1).expect_err("too many").contains("3 files in an hour"));
        // Another visitor, up to the limit of the site; refused files do not count for it.
        assert!(count(Some("v_2"), 3 * 1024).expect_err("too much").contains("no more files today"));
        assert_eq!(count(None, 2 * 1024), Ok(()));
        assert!(count(None, 1).expect_err("too much").contains("no more files today"));
        assert!(sent.count("other", allowance, None, 1).is_ok(), "another site is not concerned");
        // Other limits start again from zero.
        assert!(sent.count("shop", Allowance { files: 4, ..allowance }, Some(&"v_1".into()), 1).is_ok());
    }
}
