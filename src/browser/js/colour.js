/** The accent colour of a site: it is checked strictly, and changed until text on it and text in it can be read. The scripts in `js/` use it before there is a core. */

/** Red, green and blue, 0 to 255. @typedef {[number, number, number]} Rgb */

/** `#rgb` or `#rrggbb` as three numbers, nothing for anything else: a transparent colour has no contrast of its own. @param {unknown} colour */
export const rgb = (colour) => {
  const [, ...parts] = /^#(..)(..)(..)$/.exec(`${colour}`.replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3')) ?? [];
  return parts[0] && parts.every((part) => /^[\da-f]{2}$/i.test(part)) ? /** @type {Rgb} */ (parts.map((part) => parseInt(part, 16))) : undefined;
};
/** @param {Rgb} colour */
const luminance = (colour) =>
  colour.reduce((sum, part, index) => {
    const share = part / 255;
    return sum + /** @type {number} */ ([0.2126, 0.7152, 0.0722][index]) * (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
  }, 0.05);
/** @param {Rgb} one @param {Rgb} other */
const contrast = (one, other) => {
  const ratio = luminance(one) / luminance(other);
  return ratio < 1 ? 1 / ratio : ratio;
};
/** Mixes a colour with a grey, in steps, until it can be read on a background. @param {Rgb} from @param {number} end @param {Rgb} ground @returns {Rgb} */
const toward = (from, end, ground) => {
  for (let step = 0; step < 32; step += 1) {
    const mixed = /** @type {Rgb} */ (from.map((part) => Math.trunc((part * (32 - step) + end * step) / 32)));
    if (contrast(mixed, ground) >= 4.55) return mixed;
  }
  return [end, end, end];
};
/**
 * The colours made from an accent colour: a background and the text on it, and the colours of text on light and on dark, each `rgb(r,g,b)`.
 *
 * @param {unknown} accent
 */
export const shades = (accent) => {
  const wanted = rgb(accent) ?? /** @type {Rgb} */ ([0x2f, 0x55, 0xe0]);
  /** @type {Rgb} */
  const white = [255, 255, 255];
  // Brands expect white text: a colour with nearly enough contrast to white is darkened a little, a lighter one gets black text.
  const dark = contrast(wanted, white) >= 3;
  return /** @type {[string, string, string, string]} */ (
    [
      dark ? toward(wanted, 0, white) : wanted,
      dark ? white : [0, 0, 0],
      // The backgrounds of accent-coloured text in the style sheet: the one with the least contrast in each scheme.
      toward(wanted, 0, [0xf3, 0xf4, 0xf7]),
      toward(wanted, 255, [0x26, 0x29, 0x33]),
    ].map((colour) => `rgb(${colour})`)
  );
};

/** Sets the site's accent colour. A host page's `--chinwag-accent` wins over it. @param {import('./tree.js').El} frame @param {string} accent */
export const paint = (frame, accent) => {
  if (frame.accent === accent) return;
  frame.accent = accent;
  shades(accent).forEach((colour, at) => frame.style.setProperty(/** @type {string} */ (['--fill0', '--on0', '--ink-l', '--ink-d'][at]), colour));
};
