/** The contact link of a page whose widget cannot start. */

/**
 * @param {import('./options.js').Options} options
 * @param {() => Promise<string>} askConfig
 * @returns {Promise<[href: string, label: string, accent: string | undefined] | undefined>} The script tag's, else the site's. Nothing: it is
 *   not known.
 */
export async function contactOf({ contactHref, contactLabel, accent }, askConfig) {
  try {
    const { fallback, brand } = contactHref ? {} : JSON.parse(await askConfig());
    const href = contactHref ?? String(fallback?.href ?? '');
    return [href, contactLabel ?? (contactHref || String(fallback?.label ?? '')), accent ?? brand?.accent];
  } catch {
    return undefined;
  }
}
