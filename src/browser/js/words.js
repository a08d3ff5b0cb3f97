/** The texts of a language, and times in its notation. */

/** The number of a day in the visitor's time zone: equal for two times of one day. @param {number} time */
export const day_number = (time) => Math.floor((time - new Date(time).getTimezoneOffset() * 6e4) / 864e5);

/**
 * The locale for times: the browser's, with its region, if it has the page's language. A page in `en` is not always in American English, and
 * a page in `en-US` has readers elsewhere.
 *
 * @param {string} locale
 */
const regional = (locale) => {
  const [, language] = /^([a-z]{2,3})(?:-(?:[a-z]{2}|\d{3}))?$/i.exec(locale) ?? [];
  const same = RegExp(`^${language}-([a-z]{2}|\\d{3})$`, 'i');
  return (language && navigator.languages?.find((tag) => same.test(tag))) || locale;
};

/** English texts, for those that a language lacks. They are fetched with the panel: a launcher has hardly any text. @type {Record<string, unknown>} */
let english = {};
/** @param {string} json */
export const learn = (json) => (english = JSON.parse(json));

/** The texts of a language, English texts where it has none, and times in its notation. */
export class Words {
  /** @param {string} own The language's texts, as JSON. @param {string} locale */
  constructor(own, locale) {
    try {
      /** @type {Record<string, unknown> | null | undefined} */
      this.own = JSON.parse(own);
    } catch {
      // Treated like no texts.
    }
    this.locale = locale;
    this.region = regional(locale);
    /** @type {Record<string, any>} */
    this.formats = {};
  }
  /**
   * Calls another method by its name: with a key and a value, a key and a number, or a number.
   *
   * @param {string} how
   * @param {string} key
   * @param {string} value
   * @param {number} number
   * @returns {string}
   */
  tell(how, key, value, number) {
    const self = /** @type {any} */ (this);
    return how === 'count' ? this.count(key, number) : key ? self[how](key, value) : self[how](number);
  }
  lang() {
    return this.own ? this.locale : 'en';
  }
  rtl() {
    return /^(ar|fa|he|ur|ps|sd|ug|yi|dv|ckb)(-|$)/.test(this.lang());
  }
  /** @param {string} key */
  get(key) {
    return String(this.own?.[key] ?? english[key] ?? '');
  }
  /** The text of a key with its placeholder replaced by a value. @param {string} key @param {string | number} value */
  fill(key, value) {
    const [before = '', ...after] = this.get(key).split('{}');
    return after.length ? before + value + after.join('{}') : before;
  }
  /** The text of a key in the plural form for a number. @param {string} key @param {number} number */
  count(key, number) {
    const rules = this.format('PluralRules', this.lang());
    const full = key + '.' + rules.select(number);
    return this.fill(this.get(full) ? full : key + '.other', number);
  }
  /**
   * A formatter of the browser's; for a locale that the browser refuses, the formatter of the browser's own language.
   *
   * @param {'PluralRules' | 'DateTimeFormat'} kind
   * @param {string} locale
   * @param {object} [options]
   */
  format(kind, locale, options) {
    /** @param {string} [locale] */
    const make = (locale) => new (/** @type {any} */ (Intl)[kind])(locale, options);
    const name = kind + Object.keys(options ?? {});
    try {
      return (this.formats[name] ??= make(locale));
    } catch {
      return (this.formats[name] = make());
    }
  }
  /** Formats a time; empty for a time that is out of range. @param {Intl.DateTimeFormatOptions} options @param {number} time @returns {string} */
  date(options, time) {
    try {
      return this.format('DateTimeFormat', this.region, options).format(time);
    } catch {
      return '';
    }
  }
  /** @param {number} time */
  time(time) {
    return this.date({ hour: 'numeric', minute: '2-digit' }, time);
  }
  /** @param {number} time */
  day(time) {
    const ago = day_number(Date.now()) - day_number(time);
    return ago === 0 ? this.get('today') : ago === 1 ? this.get('yesterday') : this.date({ weekday: 'long', day: 'numeric', month: 'long' }, time);
  }
  /** @param {number} time */
  stamp(time) {
    return this.date({ dateStyle: 'short', timeStyle: 'medium' }, time);
  }
  /** @param {number} time */
  moment(time) {
    return this.date({ weekday: 'long', day: 'numeric', month: 'long', hour: 'numeric', minute: '2-digit', timeZoneName: 'long' }, time);
  }
}
