use super::*;
use proptest::prelude::*;

/// Photographs as cameras and programs leave them: EXIF with place, device, serial number, time and thumbnail, XMP, IPTC, comments, a colour
/// profile; each lies on its side (6). Made with cjpeg, pnmtopng, cwebp, webpmux and exiftool.
const PHOTO_JPG: &[u8] = include_bytes!("../../../../tests/pictures/photo.jpg");
/// Progressive, with restart markers, EXIF and XMP.
const PROGRESSIVE: &[u8] = include_bytes!("../../../../tests/pictures/progressive.jpg");
const PHOTO_PNG: &[u8] = include_bytes!("../../../../tests/pictures/photo.png");
const PHOTO_WEBP: &[u8] = include_bytes!("../../../../tests/pictures/photo.webp");
const ANIMATED: &[u8] = include_bytes!("../../../../tests/pictures/animated.webp");

const ALL: [(Format, &[u8]); 5] = [
    (Format::Jpeg, PHOTO_JPG),
    (Format::Jpeg, PROGRESSIVE),
    (Format::Png, PHOTO_PNG),
    (Format::Webp, PHOTO_WEBP),
    (Format::Webp, ANIMATED),
];

/// The bytes that are left of a picture that comes in pieces of `piece` bytes.
fn strip_in(format: Format, bytes: &[u8], piece: usize) -> Result<Vec<u8>, Damaged> {
    let once = |scan| {
        let (mut strip, mut out) = (Strip::new(format, scan), Vec::new());
        bytes.chunks(piece).try_for_each(|piece| strip.push(piece, &mut out))?;
        strip.finish(&mut out)?;
        Ok((out, strip.walk.turned()))
    };
    let (first, turned) = once(webp::Scan::default())?;
    Ok(if format == Format::Webp { once(webp::Scan { length: first.len() as u64, turned })?.0 } else { first })
}

fn strip(format: Format, bytes: &[u8]) -> Result<Vec<u8>, Damaged> {
    strip_in(format, bytes, 4096)
}

fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// Whether any byte reveals the place, the person or the device.
fn tells(bytes: &[u8]) -> bool {
    // 47 degrees, 33 minutes.
    let place = b"\0\0\0\x2f\0\0\0\x01\0\0\0\x21";
    let words: [&[u8]; 5] = [b"Canary", b"CANARY", b"2026:05:04", b"http://ns.adobe.com", place];
    words.iter().any(|word| has(bytes, word))
}

/// The segments of a JPEG; the last one has everything after the first data, also further scans.
fn segments(bytes: &[u8]) -> Vec<(u8, &[u8])> {
    let (mut at, mut segments) = (2, Vec::new());
    loop {
        let (code, length) = (bytes[at + 1], usize::from(u16::from_be_bytes([bytes[at + 2], bytes[at + 3]])));
        assert_eq!(bytes[at], 0xff);
        if code == 0xda {
            segments.push((code, &bytes[at..]));
            return segments;
        }
        segments.push((code, &bytes[at + 4..at + 2 + length]));
        at += 2 + length;
    }
}

/// The complete chunks of a PNG; no bytes after its end.
fn png_chunks(bytes: &[u8]) -> Vec<(String, &[u8])> {
    let (mut at, mut chunks) = (8, Vec::new());
    while at < bytes.len() {
        let length = u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes")) as usize;
        let chunk = &bytes[at..at + 12 + length];
        let check = u32::from_be_bytes(chunk[8 + length..].try_into().expect("four bytes"));
        assert_eq!(crc32fast::hash(&chunk[4..8 + length]), check);
        chunks.push((String::from_utf8_lossy(&chunk[4..8]).into_owned(), chunk));
        at += 12 + length;
    }
    chunks
}

/// The chunks of a WebP with their contents.
fn webp_chunks(bytes: &[u8]) -> Vec<(String, &[u8])> {
    let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes")) as usize;
    assert_eq!((&bytes[..4], number(4), &bytes[8..12]), (b"RIFF".as_slice(), bytes.len() - 8, b"WEBP".as_slice()));
    let (mut at, mut chunks) = (12, Vec::new());
    while at < bytes.len() {
        let length = number(at + 4);
        chunks.push((String::from_utf8_lossy(&bytes[at..at + 4]).into_owned(), &bytes[at + 8..at + 8 + length]));
        at += 8 + length + length % 2;
    }
    assert_eq!(at, bytes.len());
    chunks
}

fn names<T: Clone>(parts: &[(T, &[u8])]) -> Vec<T> {
    parts.iter().map(|(name, _)| name.clone()).collect()
}

fn only<'a, T: PartialEq>(parts: &[(T, &'a [u8])], wanted: &[T]) -> Vec<&'a [u8]> {
    parts.iter().filter(|(name, _)| wanted.contains(name)).map(|(_, bytes)| *bytes).collect()
}

fn segment(code: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).expect("a segment").to_be_bytes();
    [&[0xff, code], length.as_slice(), body].concat()
}

fn png_chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let check = crc32fast::hash(&[kind, body].concat()).to_be_bytes();
    [&u32::try_from(body.len()).expect("a chunk").to_be_bytes(), kind.as_slice(), body, &check].concat()
}

fn webp_chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let pad: &[u8] = if body.len() % 2 == 1 { &[0] } else { &[] };
    [kind.as_slice(), &u32::try_from(body.len()).expect("a chunk").to_le_bytes(), body, pad].concat()
}

fn webp(chunks: &[Vec<u8>]) -> Vec<u8> {
    let chunks = chunks.concat();
    [b"RIFF".as_slice(), &u32::try_from(chunks.len() + 4).expect("a file").to_le_bytes(), b"WEBP", &chunks].concat()
}

/// A block of EXIF that is on its side, with the order of bytes that most phones use, and metadata to be removed.
fn exif(orientation: u8) -> Vec<u8> {
    let mut block = b"II*\0\x08\0\0\0\x02\0\x0f\x01\x02\0\x0c\0\0\0\x26\0\0\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    block.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    block.extend(b"CanaryMaker\0");
    block
}

#[test]
fn s45_a_jpeg_keeps_its_pixels_its_profile_and_which_way_up_it_is() {
    for (photo, codes) in [
        (PHOTO_JPG, vec![0xe0, 0xe1, 0xe2, 0xdb, 0xdb, 0xc0, 0xc4, 0xc4, 0xc4, 0xc4, 0xda]),
        (PROGRESSIVE, vec![0xe0, 0xe1, 0xdb, 0xdb, 0xc2, 0xc4, 0xc4, 0xdd, 0xda]),
    ] {
        assert!(tells(photo));
        let clean = strip(Format::Jpeg, photo).expect("a picture");
        assert!(!tells(&clean));
        let (before, after) = (segments(photo), segments(&clean));
        assert_eq!(names(&after), codes);
        assert_eq!(only(&after, &[0xe1]), [exif::segment(6)]);
        let kept = [0xe0, 0xe2, 0xdb, 0xc0, 0xc2, 0xc4, 0xdd, 0xda];
        assert_eq!(only(&after, &kept), only(&before, &kept), "tables, profile, and all of the data with its restart markers");
    }
}

#[test]
fn s45_odd_jpegs_lose_what_they_hide() {
    let (start, rest) = PHOTO_JPG.split_at(20);
    let scan = *only(&segments(PHOTO_JPG), &[0xda]).first().expect("data");
    let head = &rest[..rest.len() - scan.len()];
    let (header, data) = scan.split_at(14);
    let hidden = segment(0xfe, b"CanaryComment");
    let second = [b"Exif\0\0".as_slice(), &exif(3)].concat();
    let odd = [
        start,
        // Garbage and fill bytes between segments; two more blocks of EXIF, thumbnails, other pictures' places, and unknown segments.
        b"Canary\0",
        &[0xff; 7],
        &segment(0xe1, b"Exif\0\0Canary")[1..],
        &segment(0xe1, &second),
        &segment(0xe0, b"JFXX\0\x10Canary"),
        &segment(0xe0, b"JFIF\0\x01\x02\0\0\x01\0\x01\x02\x01Canary"),
        &segment(0xe2, b"MPF\0Canary"),
        &segment(0xeb, b"JP\0\0Canary"),
        &segment(0xee, b"Adobe\0\x64\0\0\0\0\x01Canary"),
        &segment(0xf3, b"Canary"),
        head,
        &hidden,
        &hidden,
        header,
        // Fill bytes before a restart marker, then a segment between scans.
        &[1, 2, 0xff, 0, 0xff, 0xff, 0xff, 0xd0, 3],
        &hidden,
        header,
        data,
        b"PK\x03\x04Canary",
        PHOTO_JPG,
    ];
    let clean = strip(Format::Jpeg, &odd.concat()).expect("a picture");
    assert!(!tells(&clean));
    let after = segments(&clean);
    let codes = vec![0xe0, 0xe1, 0xe0, 0xee, 0xe2, 0xdb, 0xdb, 0xc0, 0xc4, 0xc4, 0xc4, 0xc4, 0xda];
    assert_eq!(names(&after), codes);
    assert_eq!(only(&after, &[0xe1]), [exif::segment(3)], "the first that says one");
    assert_eq!(only(&after, &[0xe0]).last(), Some(&b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0".as_slice()), "no thumbnail");
    assert_eq!(only(&after, &[0xee]), [b"Adobe\0\x64\0\0\0\0\x01"], "how its colours are meant");
    let kept = [header, &[1, 2, 0xff, 0, 0xff, 0xd0, 3], header, data].concat();
    assert_eq!(only(&after, &[0xda]), [kept], "data of both scans, nothing behind the end");

    // Some cameras leave the end off.
    let open = strip(Format::Jpeg, &PHOTO_JPG[..PHOTO_JPG.len() - 2]).expect("a picture");
    assert_eq!(open, strip(Format::Jpeg, PHOTO_JPG).expect("a picture"));
    let upright = [start, &segment(0xe1, &[b"Exif\0\0".as_slice(), &exif(1)].concat()), &rest[rest.len() - scan.len() - 700..]];
    assert!(strip(Format::Jpeg, &upright.concat()).is_ok_and(|clean| only(&segments(&clean), &[0xe1]).is_empty()), "upright needs no word");
    for bad in [
        b"\xff\xd8\xff".as_slice(),
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xe1\0\x01",
        b"\xff\xd8\xff\xda\0\x02data\xff\xd9",
        b"\xff\xd8\xff\xd8\xff\xd9",
        b"GIF89a",
    ] {
        assert_eq!(strip(Format::Jpeg, bad), Err(Damaged), "{bad:?}");
    }
}

#[test]
fn s45_a_png_keeps_what_is_shown_wherever_the_rest_stands() {
    assert!(tells(PHOTO_PNG));
    let clean = strip(Format::Png, PHOTO_PNG).expect("a picture");
    assert!(!tells(&clean));
    let (before, after) = (png_chunks(PHOTO_PNG), png_chunks(&clean));
    assert_eq!(names(&after), ["IHDR", "iCCP", "eXIf", "IDAT", "IEND"]);
    assert_eq!(only(&after, &["eXIf".to_owned()]), [png_chunk(b"eXIf", &exif::block(6))]);
    let kept = ["IHDR", "iCCP", "IDAT", "IEND"].map(str::to_owned);
    assert_eq!(only(&after, &kept), only(&before, &kept));

    // Texts before, between and behind, frames, a second file behind the end; a header that has no place there.
    let [header, .., data, end] = before.as_slice() else { panic!("{before:?}") };
    let frame = png_chunk(b"fcTL", &[0; 26]);
    let parts = [
        &PHOTO_PNG[..8],
        header.1,
        &png_chunk(b"tEXt", b"Author\0Canary"),
        &png_chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]),
        &frame,
        &png_chunk(b"tIME", b"Canary."),
        data.1,
        &png_chunk(b"zTXt", b"Canary"),
        data.1,
        &frame,
        &png_chunk(b"fdAT", b"frame"),
        &png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0Canary"),
        &png_chunk(b"caBX", b"Canary"),
        &png_chunk(b"eXIf", &exif(8)),
        &png_chunk(b"eXIf", &exif(3)),
        &png_chunk(b"IEND", b"Canary"),
        end.1,
        PHOTO_PNG,
    ];
    let clean = strip(Format::Png, &parts.concat()).expect("a picture");
    assert!(!tells(&clean));
    let after = png_chunks(&clean);
    assert_eq!(names(&after), ["IHDR", "acTL", "fcTL", "IDAT", "IDAT", "fcTL", "fdAT", "eXIf", "IEND"]);
    assert_eq!(only(&after, &["eXIf".to_owned()]), [png_chunk(b"eXIf", &exif::block(8))]);
    assert_eq!(only(&after, &["IEND".to_owned()]), [end.1]);

    let signature = PHOTO_PNG[..8].to_vec();
    for bad in [
        signature.clone(),
        [&signature, end.1].concat(),
        [&signature, header.1, end.1].concat(),
        [&signature, data.1, end.1].concat(),
        [&signature, header.1, header.1, data.1, end.1].concat(),
        [&signature, header.1, &[0xff, 0xff, 0xff, 0xff], b"IDAT"].concat(),
        [&signature, header.1, &[0, 0, 0, 0], b"ID\0T"].concat(),
        [b"\x89PNG\n\x1a\n\0", header.1, data.1, end.1].concat(),
    ] {
        assert_eq!(strip(Format::Png, &bad), Err(Damaged), "{bad:?}");
    }
}

#[test]
fn s45_a_webp_says_what_is_left_in_it() {
    for (photo, kept, flags) in [(PHOTO_WEBP, vec!["ICCP", "VP8 "], 0x28), (ANIMATED, vec!["ANIM", "ANMF", "ANMF"], 0x0a)] {
        assert!(tells(photo));
        let clean = strip(Format::Webp, photo).expect("a picture");
        assert!(!tells(&clean));
        let (before, after) = (webp_chunks(photo), webp_chunks(&clean));
        assert_eq!(names(&after), [vec!["VP8X"], kept.clone(), vec!["EXIF"]].concat());
        assert_eq!((before[0].1[0], after[0].1[0]), (flags | 4, flags), "EXIF is there, XMP is not");
        assert_eq!(after[0].1[1..], before[0].1[1..]);
        assert_eq!(after.last().map(|(_, bytes)| *bytes), Some(exif::block(6).as_slice()));
        let kept: Vec<String> = kept.into_iter().map(str::to_owned).collect();
        assert_eq!(only(&after, &kept), only(&before, &kept));
    }
    // Without an orientation no EXIF is left, and none is announced; chunks of odd length; two images; data after the end.
    let image = only(&webp_chunks(PHOTO_WEBP), &["VP8 ".to_owned()])[0];
    let extended = webp_chunk(b"VP8X", &[0xff, 0, 0, 0, 31, 0, 0, 23, 0, 0]);
    let parts =
        [extended.clone(), webp_chunk(b"junk", b"Canary."), webp_chunk(b"VP8 ", &image[..image.len() - 1]), webp_chunk(b"EXIF", &exif(1))];
    let clean = strip(Format::Webp, &[webp(&parts), PHOTO_WEBP.to_vec()].concat()).expect("a picture");
    assert!(!tells(&clean));
    let after = webp_chunks(&clean);
    assert_eq!((names(&after), after[0].1[0]), (vec!["VP8X".to_owned(), "VP8 ".to_owned()], 0xf3));
    // A file of the simple format has one image; some programs leave off the byte that makes its length even.
    let odd = &image[..image.len() - 1];
    let simple = webp(&[webp_chunk(b"VP8 ", odd), webp_chunk(b"EXIF", &exif(6)), webp_chunk(b"XMP ", b"Canary")]);
    let clean = strip(Format::Webp, &simple).expect("a picture");
    assert_eq!(clean, webp(&[webp_chunk(b"VP8 ", odd)]));
    let bare =
        [b"RIFF".as_slice(), &u32::try_from(odd.len() + 12).expect("a file").to_le_bytes(), b"WEBP", &webp_chunk(b"VP8 ", odd)].concat();
    assert_eq!(strip(Format::Webp, &bare[..bare.len() - 1]), Ok(clean));

    for bad in [
        webp(&[]),
        webp(&[webp_chunk(b"EXIF", &exif(6))]),
        webp(&[webp_chunk(b"VP8X", &[0; 9]), webp_chunk(b"VP8 ", image)]),
        webp(&[extended.clone(), webp_chunk(b"EXIF", &exif(6))]),
        webp(&[extended])[..20].to_vec(),
        b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff".to_vec(),
        b"RIFF\0\0\0\0WEBP".to_vec(),
        b"RIFF\x10\0\0\0WAVEfmt \0\0\0\0".to_vec(),
    ] {
        assert_eq!(strip(Format::Webp, &bad), Err(Damaged), "{bad:?}");
    }
}

#[test]
fn s45_a_picture_cut_anywhere_is_a_clean_one_or_damaged() {
    for (format, photo) in ALL {
        for end in 0..photo.len() {
            match strip(format, &photo[..end]) {
                Err(Damaged) => {}
                Ok(clean) => {
                    // Only a JPEG is valid without a part of its data. The checksum at the end of a PNG is known without it.
                    let same = strip(format, photo).is_ok_and(|whole| whole == clean);
                    assert!((format == Format::Jpeg || same) && !tells(&clean), "{format:?} {end}");
                    assert_eq!(strip(format, &clean).as_ref(), Ok(&clean));
                }
            }
        }
    }
}

#[test]
fn s45_an_orientation_is_found_in_both_orders_of_bytes_and_nonsense_is_none() {
    let hear = |block: &[u8]| exif::Turn::default().hear(block);
    for turn in 2..=8 {
        assert_eq!([hear(&exif(turn)), hear(&exif::block(turn)), hear(&exif::segment(turn))], [Some(turn); 3]);
    }
    for bad in [&exif(0), &exif(1), &exif(9), b"MM\0*\xff\xff\xff\xff".as_slice(), b"II*\0\x08\0\0\0\xff\xff", b"", b"Exif\0\0", b"MM\0*"] {
        assert_eq!(hear(bad), None, "{bad:?}");
    }
    // The first block with an orientation counts, as in browsers; also when it says that the picture is upright.
    for (first, second, kept) in [(exif(0), exif(3), Some(3)), (exif(1), exif(6), None), (exif(8), exif(6), Some(8))] {
        let mut turn = exif::Turn::default();
        let heard = turn.hear(&first).or_else(|| turn.hear(&second));
        assert_eq!((heard, turn.kept), (kept, kept.is_some()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn s45_damaged_pictures_in_any_pieces_come_to_a_clear_end(
        which in 0..ALL.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
        piece in 1..700_usize,
    ) {
        let (format, photo) = ALL[which];
        let mut bytes = photo.to_vec();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        bytes.truncate(cut.map_or(bytes.len(), |cut| cut.index(bytes.len())));
        let done = strip(format, &bytes);
        prop_assert_eq!(&done, &strip_in(format, &bytes, piece), "however it is cut into pieces");
        if let Ok(clean) = done {
            // A missing end marker, and padding bytes, are added.
            prop_assert!(clean.len() <= bytes.len() + 2);
            prop_assert_eq!(&strip(format, &clean), &Ok(clean.clone()), "nothing is left to be taken out");
        }
    }
}
