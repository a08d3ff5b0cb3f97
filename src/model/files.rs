//! Which files a site takes: the client checks before an upload, the server enforces it.

use crate::wire::codec::record;

record! {
    /// The limits of a site's files.
    pub struct FileRules {
        /// Bytes of one file.
        pub max_size: u64,
        /// Files of one conversation, of both sides together.
        pub max_files: u32,
        /// Bytes of all files of one conversation.
        pub max_total: u64,
        /// Endings of names, in lower case and without the dot.
        pub types: Vec<String>,
    }
}

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFault {
    /// The site takes no files.
    Off,
    /// The file is empty.
    Empty,
    /// The file is larger than allowed.
    TooLarge,
    /// The site does not take names with its extension, or its content is of another type than the extension says.
    WrongType,
    /// The file is a picture that is cut off or damaged.
    Damaged,
    /// The conversation has as many files as it may have.
    TooMany,
    /// The files of the conversation would be larger together than they may be.
    TooMuch,
    /// The visitor, or the site, has used up the allowance for now. The file is accepted later.
    Later,
}

impl FileFault {
    /// The code of the fault in an answer of the server.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Off => "files_off",
            Self::Empty => "file_empty",
            Self::TooLarge => "file_too_large",
            Self::WrongType => "file_wrong_type",
            Self::Damaged => "file_damaged",
            Self::TooMany => "too_many_files",
            Self::TooMuch => "files_too_large",
            Self::Later => "files_later",
        }
    }

    /// The fault with this code.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [Self::Off, Self::Empty, Self::TooLarge, Self::WrongType, Self::Damaged, Self::TooMany, Self::TooMuch, Self::Later];
        all.into_iter().find(|fault| fault.word() == word)
    }
}

impl FileRules {
    /// Why a file of this name and size is not taken, if it is not. `used`: the number of files that the conversation has, and their bytes.
    #[must_use]
    pub fn fault(&self, name: &str, size: u64, used: (u32, u64)) -> Option<FileFault> {
        if size == 0 {
            Some(FileFault::Empty)
        } else if !self.takes(name) {
            Some(FileFault::WrongType)
        } else if size > self.max_size {
            Some(FileFault::TooLarge)
        } else if used.0 >= self.max_files {
            Some(FileFault::TooMany)
        } else if used.1.saturating_add(size) > self.max_total {
            Some(FileFault::TooMuch)
        } else {
            None
        }
    }

    /// Whether the extension of a name is among the accepted ones.
    #[must_use]
    pub fn takes(&self, name: &str) -> bool {
        let Some((_, ending)) = name.rsplit_once('.') else { return false };
        self.types.iter().any(|known| known.eq_ignore_ascii_case(ending))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_taken_up_to_each_limit_and_not_beyond() {
        let rules = FileRules { max_size: 10, max_files: 2, max_total: 15, types: vec!["png".into(), "txt".into()] };
        for (name, size, used, fault) in [
            ("a.png", 10, (0, 0), None),
            ("A.PNG", 1, (1, 14), None),
            ("a.png", 0, (0, 0), Some(FileFault::Empty)),
            ("a.png", 11, (0, 0), Some(FileFault::TooLarge)),
            ("png", 1, (0, 0), Some(FileFault::WrongType)),
            ("a.png.exe", 1, (0, 0), Some(FileFault::WrongType)),
            ("", 1, (0, 0), Some(FileFault::WrongType)),
            ("a.txt", 1, (2, 2), Some(FileFault::TooMany)),
            ("a.txt", 6, (1, 10), Some(FileFault::TooMuch)),
            ("a.txt", 10, (1, u64::MAX), Some(FileFault::TooMuch)),
        ] {
            assert_eq!(rules.fault(name, size, used), fault, "{name} {size} {used:?}");
        }
    }
}
