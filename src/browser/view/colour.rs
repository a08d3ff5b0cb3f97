//! The accent colour: read strictly, and corrected until text on it and text in it can be read (quality S4, A21).

use js_sys::Math;

/// Red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rgb(u8, u8, u8);

/// What an accent colour comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Accent {
    /// The ground of buttons, header and the visitor's bubbles.
    pub(super) fill: Rgb,
    /// Text on it: 4.5:1 at least.
    pub(super) on: Rgb,
    /// The accent as text on light and on dark grounds, 4.5:1 at least.
    pub(super) ink_light: Rgb,
    pub(super) ink_dark: Rgb,
}

const WHITE: Rgb = Rgb(255, 255, 255);
const BLACK: Rgb = Rgb(0, 0, 0);
/// The accent of a site that sets none.
const OWN: Rgb = Rgb(0x2f, 0x55, 0xe0);
/// The grounds that `style.css` puts accent-coloured text on: the more difficult of each scheme.
const LIGHT_GROUND: Rgb = Rgb(0xf3, 0xf4, 0xf7);
const DARK_GROUND: Rgb = Rgb(0x26, 0x29, 0x33);
const READABLE: f64 = 4.55;

impl Accent {
    /// From `#rrggbb`; anything else stands for the product's own.
    pub(super) fn new(text: &str) -> Self {
        let wanted = Rgb::parse(text).unwrap_or(OWN);
        // White text is what brands expect; a colour that nearly carries it is darkened a little, a light one carries black.
        let (fill, on) = if contrast(wanted, WHITE) >= 3.0 { (toward(wanted, BLACK, WHITE), WHITE) } else { (wanted, BLACK) };
        Self { fill, on, ink_light: toward(wanted, BLACK, LIGHT_GROUND), ink_dark: toward(wanted, WHITE, DARK_GROUND) }
    }
}

impl Rgb {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 {
            return None;
        }
        let mut sum = 0u32;
        for c in digits.chars() {
            sum = sum * 16 + c.to_digit(16)?;
        }
        let [_, r, g, b] = sum.to_be_bytes();
        Some(Self(r, g, b))
    }

    /// The colour as a style value.
    pub(super) fn text(self) -> String {
        let mut out = String::from("#");
        for part in [self.0, self.1, self.2] {
            for half in [part >> 4, part & 15] {
                out.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
            }
        }
        out
    }

    /// Luminance as WCAG 2 defines it, 0 to 1.
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { Math::pow((part + 0.055) / 1.055, 2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }
}

fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (a.luminance() + 0.05, b.luminance() + 0.05);
    if a > b { a / b } else { b / a }
}

/// The nearest colour on the way from `from` to `end` that can be read on `ground`.
fn toward(from: Rgb, end: Rgb, ground: Rgb) -> Rgb {
    let mix = |a: u8, b: u8, step: u32| {
        let sum = u32::from(a) * (32 - step) + u32::from(b) * step;
        u8::try_from(sum / 32).unwrap_or(b)
    };
    (0..32)
        .map(|step| Rgb(mix(from.0, end.0, step), mix(from.1, end.1, step), mix(from.2, end.2, step)))
        .find(|colour| contrast(*colour, ground) >= READABLE)
        .unwrap_or(end)
}
