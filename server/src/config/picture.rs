//! Pictures of sites and agents: small raster images beside the configuration, known by their bytes and not by their names (quality S42).

use super::check::Found;
use super::file::File;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::Path;

/// The most bytes that a picture may have: it is shown 40 pixels wide.
const BYTES: usize = 128 * 1024;

/// A picture, ready to be sent.
#[derive(Clone, Debug)]
pub struct Picture {
    pub bytes: Bytes,
    /// Its media type.
    pub kind: &'static str,
    /// The hash of its bytes, which is a part of its address: another picture has another address.
    pub hash: String,
}

impl Picture {
    /// # Errors
    /// The fault of the bytes, and how to fix it.
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

/// The pictures of a configuration.
#[derive(Clone, Debug, Default)]
pub(super) struct Pictures {
    /// The pictures of sites, by the site's key.
    pub(super) sites: HashMap<String, Picture>,
    /// The pictures of agents, by the agent's user name.
    pub(super) agents: HashMap<String, Picture>,
}

impl Pictures {
    /// Reads all pictures of a configuration. `folder`: the base of relative paths.
    ///
    /// # Errors
    /// The files that are no pictures or cannot be read.
    pub(super) fn read(file: &File, folder: &Path) -> Result<Self, Vec<Found>> {
        let mut faults = Vec::new();
        let mut read = |place: String, path: &Path| {
            let bytes = std::fs::read(folder.join(path))
                .map_err(|error| format!("cannot be read ({error}): write a path from the folder of this file"));
            let picture = bytes.and_then(Picture::of);
            picture.map_err(|why| faults.push(Found { path: place, message: format!("`{}` {why}", path.display()) })).ok()
        };
        let mut pictures = Self::default();
        for (index, site) in file.sites.iter().enumerate() {
            let picture = site.brand.logo.as_ref().and_then(|path| read(format!("sites[{index}].brand.logo"), path));
            pictures.sites.extend(picture.map(|picture| (site.key.clone(), picture)));
        }
        for (index, agent) in file.agents.iter().enumerate() {
            let picture = agent.picture.as_ref().and_then(|path| read(format!("agents[{index}].picture"), path));
            pictures.agents.extend(picture.map(|picture| (agent.user.clone(), picture)));
        }
        if faults.is_empty() { Ok(pictures) } else { Err(faults) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_small_raster_pictures_are_taken() {
        let png = b"\x89PNG\r\n\x1a\n...".to_vec();
        let picture = Picture::of(png.clone()).expect("a picture");
        assert_eq!((picture.kind, picture.hash.len()), ("image/png", 16));
        for (bytes, why) in [
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "use PNG"),
            (b"<!doctype html><script>1</script>".to_vec(), "use PNG"),
            (b"RIFF....WAVE".to_vec(), "use PNG"),
            (Vec::new(), "use PNG"),
            ([png, vec![0; BYTES]].concat(), "128 KiB at most"),
        ] {
            assert!(Picture::of(bytes).is_err_and(|fault| fault.contains(why)), "{why}");
        }
    }
}
