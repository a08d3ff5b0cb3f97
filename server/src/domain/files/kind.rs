//! The type of a file: its extension and its first bytes have to agree. A type that the sender states is ignored (quality S43).

use super::pictures::Format;
use imagesize::ImageType;

/// The type when no better one is known: browsers save such a file and do not show it.
const BYTES: &str = "application/octet-stream";
/// Pixels of an image that is shown; a larger image is handled like any other file (quality S44).
const PIXELS: u64 = 40_000_000;
/// Bytes that are read for the check. Cameras write some hundred thousand bytes of metadata before the size of a picture.
pub(super) const HEAD: usize = 512 * 1024;

/// The result of the check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    /// The MIME type.
    pub(super) mime: &'static str,
    /// Width and height in pixels of an image that may be shown.
    pub(super) pixels: Option<(u32, u32)>,
    /// The format for removing metadata, if that is possible. Decided by the content, not by the extension.
    pub(super) format: Option<Format>,
}

/// Extensions, the MIME types of their files, and the types that are detected from such content. A text has no detected type.
const KNOWN: &[(&str, &str, &[&str])] = &[
    ("avif", "image/avif", &["image/avif"]),
    ("bmp", "image/bmp", &["image/bmp"]),
    ("csv", "text/csv", &[]),
    ("doc", "application/msword", &["application/msword", "application/x-ole-storage"]),
    ("docx", DOCX, &[DOCX, ZIP]),
    ("gif", "image/gif", &["image/gif"]),
    ("heic", "image/heif", &["image/heif"]),
    ("jpeg", "image/jpeg", &["image/jpeg"]),
    ("jpg", "image/jpeg", &["image/jpeg"]),
    ("json", "application/json", &[]),
    ("log", "text/plain", &[]),
    ("m4a", "audio/m4a", &["audio/m4a", "video/mp4"]),
    ("md", "text/plain", &[]),
    ("mov", "video/quicktime", &["video/quicktime", "video/mp4"]),
    ("mp3", "audio/mpeg", &["audio/mpeg"]),
    ("mp4", "video/mp4", &["video/mp4", "video/x-m4v"]),
    ("odp", "application/vnd.oasis.opendocument.presentation", &["application/vnd.oasis.opendocument.presentation", ZIP]),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet", &["application/vnd.oasis.opendocument.spreadsheet", ZIP]),
    ("odt", "application/vnd.oasis.opendocument.text", &["application/vnd.oasis.opendocument.text", ZIP]),
    ("ogg", "audio/ogg", &["audio/ogg", "audio/opus", "video/ogg"]),
    ("pdf", "application/pdf", &["application/pdf"]),
    ("png", "image/png", &["image/png"]),
    ("ppt", "application/vnd.ms-powerpoint", &["application/vnd.ms-powerpoint", "application/x-ole-storage", "application/msword"]),
    ("pptx", PPTX, &[PPTX, ZIP]),
    ("rtf", "application/rtf", &["application/rtf"]),
    ("tiff", "image/tiff", &["image/tiff"]),
    ("txt", "text/plain", &[]),
    ("wav", "audio/x-wav", &["audio/x-wav"]),
    ("webm", "video/webm", &["video/webm"]),
    ("webp", "image/webp", &["image/webp"]),
    ("xls", "application/vnd.ms-excel", &["application/vnd.ms-excel", "application/x-ole-storage", "application/msword"]),
    ("xlsx", XLSX, &[XLSX, ZIP]),
    ("zip", ZIP, &[ZIP]),
];
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const ZIP: &str = "application/zip";

/// The type of a file with this extension and these first bytes; `None` when the two do not agree, or when it is a program.
pub(super) fn decide(ending: &str, head: &[u8]) -> Option<Kind> {
    let found = infer::get(head);
    if found.is_some_and(|found| found.matcher_type() == infer::MatcherType::App) {
        return None;
    }
    let format = found.and_then(|found| Format::of(found.mime_type()));
    let Some((_, mime, contents)) = KNOWN.iter().find(|(known, ..)| *known == ending) else {
        // An extension that an operator added: such a file is only saved, never shown.
        return Some(Kind { mime: BYTES, pixels: None, format });
    };
    let agrees = match found {
        Some(found) => contents.contains(&found.mime_type()),
        // Text in any encoding: some have zeros in them.
        None => contents.is_empty(),
    };
    agrees.then(|| Kind { mime, pixels: pixels(mime, head), format })
}

/// The size of an image of a type that browsers show without running code.
fn pixels(mime: &str, head: &[u8]) -> Option<(u32, u32)> {
    let is = match imagesize::image_type(head).ok()? {
        ImageType::Png => "image/png",
        ImageType::Jpeg => "image/jpeg",
        ImageType::Gif => "image/gif",
        ImageType::Webp => "image/webp",
        ImageType::Heif(imagesize::Compression::Av1) => "image/avif",
        _ => return None,
    };
    let size = imagesize::blob_size(head).ok()?;
    let (width, height) = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
    let fits = is == mime && width > 0 && height > 0 && u64::from(width) * u64::from(height) <= PIXELS;
    fits.then_some((width, height))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend(b"\x08\x06\0\0\0");
        bytes
    }

    #[test]
    fn s43_name_and_content_have_to_agree() {
        let gif: &[u8] = b"GIF89a\x02\0\x03\0\0\0\0;";
        let html: &[u8] = b"<!DOCTYPE html><script>alert(1)</script>";
        let svg: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
        let exe: &[u8] = b"MZ\x90\0\x03\0\0\0";
        let elf: &[u8] =
            b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
        for (ending, head, mime) in [
            ("png", png(2, 3).as_slice(), Some("image/png")),
            ("gif", gif, Some("image/gif")),
            ("txt", b"hello", Some("text/plain")),
            ("txt", "h\u{e9}llo \u{4f60}".as_bytes(), Some("text/plain")),
            ("pdf", b"%PDF-1.7\n", Some("application/pdf")),
            ("zip", b"PK\x03\x04\x14\0\0\0", Some("application/zip")),
            ("docx", b"PK\x03\x04\x14\0\0\0", Some(DOCX)),
            ("dwg", b"AC1015", Some(BYTES)),
            // Content of one type under the extension of another.
            ("jpg", gif, None),
            ("png", html, None),
            ("png", svg, None),
            ("txt", html, None),
            ("txt", gif, None),
            ("txt", exe, None),
            ("pdf", b"hello", None),
            ("png", b"", None),
            ("txt", b"\xff\xfeh\0i\0", Some("text/plain")),
            // Programs are refused even when the operator allows their ending.
            ("exe", exe, None),
            ("bin", elf, None),
            ("dwg", exe, None),
        ] {
            assert_eq!(decide(ending, head).map(|kind| kind.mime), mime, "{ending} {:?}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn s44_an_image_of_too_many_pixels_is_a_file_as_any_other() {
        assert_eq!(decide("png", &png(640, 480)).and_then(|kind| kind.pixels), Some((640, 480)));
        for (width, height) in [(50_000, 50_000), (0, 10), (u32::MAX, u32::MAX)] {
            assert_eq!(decide("png", &png(width, height)).map(|kind| kind.pixels), Some(None), "{width} {height}");
        }
    }
}
