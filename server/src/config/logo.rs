//! A site's picture: a small raster image beside the configuration, known by its bytes and not by its name (quality S42).

use super::check::Found;
use super::file::Site;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::Path;

/// Most bytes: it is shown 40 pixels wide.
const BYTES: usize = 128 * 1024;

/// A picture, ready to be sent.
#[derive(Clone, Debug)]
pub struct Logo {
    pub bytes: Bytes,
    /// Its media type.
    pub kind: &'static str,
    /// Of its bytes: another picture has another address.
    pub hash: String,
}

impl Logo {
    /// Where pages get it, from the server's address on.
    #[must_use]
    pub fn address(&self, site: &str) -> String {
        format!("v1/sites/{site}/logo/{}", self.hash)
    }

    /// # Errors
    /// The fault of the bytes, and its remedy.
    fn of(bytes: Vec<u8>) -> Result<Self, String> {
        if bytes.len() > BYTES {
            return Err(format!("is {} KiB: make it {} KiB at most", bytes.len().div_ceil(1024), BYTES / 1024));
        }
        let kind = match bytes.as_slice() {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => "image/png",
            [0xff, 0xd8, 0xff, ..] => "image/jpeg",
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => "image/gif",
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
            _ => return Err("is not a picture that every browser draws onto a canvas: use PNG, JPEG, WebP or GIF".into()),
        };
        let hash = Sha256::digest(&bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { bytes: bytes.into(), kind, hash })
    }
}

/// The pictures of all sites by key. `folder`: the base of relative paths.
pub(super) fn read_all(sites: &[Site], folder: &Path) -> Result<HashMap<String, Logo>, Vec<Found>> {
    let mut logos = HashMap::new();
    let mut faults = Vec::new();
    for (index, site) in sites.iter().enumerate() {
        let Some(path) = &site.brand.logo else { continue };
        let read = std::fs::read(folder.join(path))
            .map_err(|error| format!("cannot be read ({error}): write a path from the folder of this file"));
        match read.and_then(Logo::of) {
            Ok(logo) => {
                logos.insert(site.key.clone(), logo);
            }
            Err(why) => faults.push(Found { path: format!("sites[{index}].brand.logo"), message: format!("`{}` {why}", path.display()) }),
        }
    }
    if faults.is_empty() { Ok(logos) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_small_raster_pictures_are_taken() {
        let png = b"\x89PNG\r\n\x1a\n...".to_vec();
        let logo = Logo::of(png.clone()).expect("a logo");
        assert_eq!((logo.kind, logo.hash.len()), ("image/png", 16));
        assert!(logo.address("shop").starts_with("v1/sites/shop/logo/"));
        for (bytes, why) in [
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "use PNG"),
            (b"<!doctype html><script>1</script>".to_vec(), "use PNG"),
            (b"RIFF....WAVE".to_vec(), "use PNG"),
            (Vec::new(), "use PNG"),
            ([png, vec![0; BYTES]].concat(), "128 KiB at most"),
        ] {
            assert!(Logo::of(bytes).is_err_and(|fault| fault.contains(why)), "{why}");
        }
    }
}
