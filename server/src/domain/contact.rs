//! Telephone numbers: international form and country, by a library's tables.

use chinwag::text::phone::Phone;
use phonenumber::{Mode, country};

/// A telephone number that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// In the form of E.164: a plus and digits.
    pub(super) e164: String,
    /// In the international notation, with its extension.
    pub(super) shown: String,
}

/// Finds the number in a text. A number without a country code counts as one of the first of these countries that has such numbers.
pub(super) fn known(text: &str, countries: &[country::Id]) -> Option<Known> {
    let phone = Phone::read(text)?;
    let number = if phone.digits.starts_with('+') {
        phonenumber::parse(None, &phone.digits).ok()?
    } else {
        let of = |country: &country::Id| phonenumber::parse(Some(*country), &phone.digits).ok().filter(phonenumber::is_valid);
        // In most countries `00` is dialled in place of the plus.
        let abroad = || phonenumber::parse(None, format!("+{}", phone.digits.strip_prefix("00")?)).ok().filter(phonenumber::is_valid);
        countries.iter().find_map(of).or_else(abroad)?
    };
    let mut shown = number.format().mode(Mode::International).to_string();
    if !phone.extension.is_empty() {
        shown.push_str(" ext. ");
        shown.push_str(&phone.extension);
    }
    Some(Known { e164: number.format().mode(Mode::E164).to_string(), shown })
}

/// The likely countries of a visitor's numbers: the one of the time zone, then those of the locales.
pub(super) fn countries(zone: &str, locales: &[&str]) -> Vec<country::Id> {
    let of_zone = ZONES.lines().find_map(|line| line.strip_prefix(zone)?.strip_prefix(' '));
    let of_locale = |locale: &&str| locale.split(['-', '_']).skip(1).find(|part| part.len() == 2).map(str::to_ascii_uppercase);
    let names = of_zone.map(str::to_owned).into_iter().chain(locales.iter().filter_map(of_locale));
    let mut found = Vec::new();
    for country in names.filter_map(|name| name.parse::<country::Id>().ok()) {
        if !found.contains(&country) {
            found.push(country);
        }
    }
    found
}

/// The country of each time zone: `zone.tab` of the time zone database, and the old names that browsers still send.
const ZONES: &str = include_str!("zones.txt");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables;

    #[test]
    fn numbers_are_known_by_where_the_visitor_is() {
        for (text, zone, locale, e164) in tables::NUMBERS {
            let found = known(text, &countries(zone, &[locale]));
            assert_eq!(found.as_ref().map_or("", |known| known.e164.as_str()), *e164, "{text} {zone} {locale}");
        }
        let shown = known("333 1234567 доб. 12", &countries("Europe/Rome", &["ru"])).expect("a number").shown;
        assert_eq!(shown, "+39 333 123 4567 ext. 12");
    }

    #[test]
    fn every_zone_has_a_country_that_is_known() {
        for line in ZONES.lines() {
            let zone = line.split(' ').next().expect("a zone");
            // A few places, such as two in the Antarctic ocean, have no numbers of their own.
            let country = line.rsplit(' ').next().expect("a country");
            assert_eq!(countries(zone, &[]).len(), usize::from(!["AQ", "GS", "PN", "TF", "UM"].contains(&country)), "{line}");
        }
        assert_eq!(countries("Nowhere/Else", &["it-CH", "de", "it_CH"]), [country::Id::CH]);
        assert_eq!(countries("", &["zh-Hant-TW"]), [country::Id::TW]);
    }
}
