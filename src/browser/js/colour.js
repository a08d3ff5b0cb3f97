/** The accent colour of a site: parsed strictly, and adjusted until text on it and text in it is readable. The scripts in `js/` use this file before the core is there. */

/** Red, green and blue, 0 to 255. @typedef {[number, number, number]} Rgb */

/** `#rgb` or `#rrggbb` as three numbers, `undefined` for any other value: a transparent colour has no contrast of its own. @param {unknown} colour */
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
/** The nearest colour on the way from one to another (a grey) that can be read on a ground. @param {Rgb} from @param {number} end @param {Rgb} ground @returns {Rgb} */
const toward = (from, end, ground) => {
  for (let step = 0; step < 32; step += 1) {
    const mixed = /** @type {Rgb} */ (from.map((part) => Math.trunc((part * (32 - step) + end * step) / 32)));
    if (contrast(mixed, ground) >= 4.55) return mixed;
  }
  return [end, end, end];
};
/**
 * The colours made from an accent colour: a ground and the text on it, and the colour of text on light and on dark, each `rgb(r,g,b)`.
 *
 * @param {unknown} accent
 */
export const shades = (accent) => {
  const wanted = rgb(accent) ?? /** @type {Rgb} */ ([0x2f, 0x55, 0xe0]);
  /** @type {Rgb} */
  const white = [255, 255, 255];
  // Brands expect white text: a colour on which white is nearly readable is darkened a little, a light colour gets black text.
  const dark = contrast(wanted, white) >= 3;
  return /** @type {[string, string, string, string]} */ (
    [
      dark ? toward(wanted, 0, white) : wanted,
      dark ? white : [0, 0, 0],
      // The backgrounds that the style sheet puts accent-coloured text on: of each colour scheme the one with less contrast.
      toward(wanted, 0, [0xf3, 0xf4, 0xf7]),
      toward(wanted, 255, [0x26, 0x29, 0x33]),
    ].map((colour) => `rgb(${colour})`)
  );
};

/** Sets the site's accent colour. A host page's `--chinwag-accent` has priority. @param {import('./tree.js').El} frame @param {string} accent */
export const paint = (frame, accent) => {
  if (frame.accent === accent) return;
  frame.accent = accent;
  shades(accent).forEach((colour, at) => frame.style.setProperty(/** @type {string} */ (['--fill0', '--on0', '--ink-l', '--ink-d'][at]), colour));
};
