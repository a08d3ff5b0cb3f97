/** The accent colour of a site: read strictly, and corrected until text on it and text in it can be read. */

import { css } from './dom.js';

const luminance = (colour) =>
  colour.reduce((sum, part, index) => {
    const share = part / 255;
    return sum + [0.2126, 0.7152, 0.0722][index] * (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
  }, 0.05);
const contrast = (one, other) => {
  const ratio = luminance(one) / luminance(other);
  return ratio < 1 ? 1 / ratio : ratio;
};
/** The nearest colour on the way from one to another that can be read on a ground. */
const toward = (from, end, ground) => {
  for (let step = 0; step < 32; step += 1) {
    const mixed = from.map((part) => Math.trunc((part * (32 - step) + end * step) / 32));
    if (contrast(mixed, ground) >= 4.55) return mixed;
  }
  return [end, end, end];
};
/** Sets the site's accent colour. A host page's `--chinwag-accent` goes before it. */
export const paint = (frame, accent) => {
  if (frame.accent === accent) return;
  frame.accent = accent;
  const digits = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(accent) ?? [0, '2f', '55', 'e0'];
  const wanted = digits.slice(1).map((part) => parseInt(part, 16));
  const white = [255, 255, 255];
  // White text is what brands expect; a colour that nearly carries it is darkened a little, a light one carries black.
  const dark = contrast(wanted, white) >= 3;
  const colours = {
    __proto__: null,
    fill0: dark ? toward(wanted, 0, white) : wanted,
    on0: dark ? white : [0, 0, 0],
    // The grounds that the style sheet puts accent-coloured text on: the more difficult of each scheme.
    'ink-l': toward(wanted, 0, [0xf3, 0xf4, 0xf7]),
    'ink-d': toward(wanted, 255, [0x26, 0x29, 0x33]),
  };
  for (const name in colours) css(frame, '--' + name, `rgb(${colours[name]})`);
};
