//! Texts of people, and their expected results: one table for widget, desk and server, whose tests all read this file.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]

/// Texts without visible characters: they are not accepted as message, name or value.
pub const EMPTY: &[&str] = &[
    "",
    " ",
    "\t\r\n",
    "\0",
    "\u{1}\u{1f}\u{7f}\u{9f}",
    "\u{85}",
    "\u{a0}",
    "\u{ad}",
    "\u{34f}",
    "\u{61c}",
    "\u{115f}\u{1160}",
    "\u{1680}",
    "\u{180b}\u{180e}",
    "\u{200b}",
    "\u{200c}\u{200d}",
    "\u{200e}\u{200f}",
    "\u{202a}\u{202e}\u{202c}",
    "\u{202f}",
    "\u{2028}\u{2029}",
    "\u{2060}\u{2063}",
    "\u{2066}\u{2069}",
    "\u{2800}\u{2800}",
    "\u{3000}",
    "\u{3164}",
    "\u{fe0f}",
    "\u{feff}",
    "\u{ffa0}",
    "\u{1d159}",
    "\u{e0041}\u{e007f}",
    " \u{200b}\u{3164}\u{a0}\u{2800}\u{202e} ",
];

/// Texts, and the part that is kept.
pub const TRIMMED: &[(&str, &str)] = &[
    ("hi", "hi"),
    (" \u{a0}\u{3000}hi\u{2003}\n", "hi"),
    ("\u{feff}\u{202a}Vera\u{202c}\u{200b}", "Vera"),
    ("\u{2800}a\u{2800}b\u{2800}", "a\u{2800}b"),
    ("a\u{200b}b \u{200d}c", "a\u{200b}b \u{200d}c"),
    ("a\0", "a"),
    // Marks that belong to the last character stay.
    ("\u{2764}\u{fe0f}", "\u{2764}\u{fe0f}"),
    (" \u{2764}\u{fe0f} \u{fe0f}", "\u{2764}\u{fe0f}"),
    ("\u{1f469}\u{200d}\u{1f4bb}", "\u{1f469}\u{200d}\u{1f4bb}"),
    (
        "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}\n",
        "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
    ),
    ("١٤٤٧ ه\u{200d}", "١٤٤٧ ه\u{200d}"),
    ("می\u{200c}خواهم", "می\u{200c}خواهم"),
    // Behind an ASCII character no mark has a meaning.
    ("ada@shop.example\u{200d}\u{fe0f}", "ada@shop.example"),
];

/// A text, the links in it as they are shown, where each leads, and the host that has to be shown after it (empty: none has to).
pub type Linked = (&'static str, &'static [(&'static str, &'static str, &'static str)]);

pub const LINKS: &[Linked] = &[
    ("see https://shop.example/a?b=c.", &[("https://shop.example/a?b=c", "https://shop.example/a?b=c", "")]),
    ("(HTTP://SHOP.example/x_(y))", &[("HTTP://SHOP.example/x_(y)", "http://shop.example/x_(y)", "")]),
    ("[docs](https://shop.example/a)", &[("https://shop.example/a", "https://shop.example/a", "")]),
    (
        "**https://shop.example/a**, _http://b.example_",
        &[("https://shop.example/a", "https://shop.example/a", ""), ("http://b.example", "http://b.example/", "")],
    ),
    (
        "\"https://shop.example/\" 'http://b.example/it's'",
        &[("https://shop.example/", "https://shop.example/", ""), ("http://b.example/it's", "http://b.example/it's", "")],
    ),
    ("https://shop.example/?q={a}&r[]=1]", &[("https://shop.example/?q={a}&r[]=1", "https://shop.example/?q={a}&r[]=1", "")]),
    ("https://shop.example:8080/~a/#b!", &[("https://shop.example:8080/~a/#b", "https://shop.example:8080/~a/#b", "")]),
    (
        "www.shop.example, or www.shop.example/a",
        &[("www.shop.example", "https://www.shop.example/", ""), ("www.shop.example/a", "https://www.shop.example/a", "")],
    ),
    (
        "tel:+4912345678 mailto:ada@shop.example?subject=a",
        &[("tel:+4912345678", "tel:+4912345678", ""), ("mailto:ada@shop.example?subject=a", "mailto:ada@shop.example?subject=a", "")],
    ),
    // Mail addresses without `mailto:`.
    ("hello@shop.example", &[("hello@shop.example", "mailto:hello@shop.example", "")]),
    ("Write to <Ada.L+x@Sub.shop.example>.", &[("Ada.L+x@Sub.shop.example", "mailto:Ada.L+x@Sub.shop.example", "")]),
    (
        "E-Mail:hello@shop.example,b@c.example",
        &[("hello@shop.example", "mailto:hello@shop.example", ""), ("b@c.example", "mailto:b@c.example", "")],
    ),
    ("请写信到hello@shop.example。", &[("hello@shop.example", "mailto:hello@shop.example", "")]),
    ("כתבו ל-hello@shop.example", &[("hello@shop.example", "mailto:hello@shop.example", "")]),
    ("@shop, a@b, a@b.1, a b@, x@@y.example", &[]),
    // Links directly beside text in scripts without spaces between words.
    ("见https://shop.example/a（红色）", &[("https://shop.example/a", "https://shop.example/a", "")]),
    ("当当网http://shop.example/b", &[("http://shop.example/b", "http://shop.example/b", "")]),
    (
        "当当网http://shop.example/b和http://shop.example。",
        &[("http://shop.example/b", "http://shop.example/b", ""), ("http://shop.example", "http://shop.example/", "")],
    ),
    ("見てhttps://shop.example/aです", &[("https://shop.example/a", "https://shop.example/a", "")]),
    (
        "「https://shop.example/a」、『http://b.example』",
        &[("https://shop.example/a", "https://shop.example/a", ""), ("http://b.example", "http://b.example/", "")],
    ),
    ("https://shop.example/a에서 보세요", &[("https://shop.example/a", "https://shop.example/a", "")]),
    ("ดูที่https://shop.example/aนะ ฯ", &[("https://shop.example/a", "https://shop.example/a", "")]),
    (
        "https://ja.wikipedia.example/wiki/東京",
        &[("https://ja.wikipedia.example/wiki/東京", "https://ja.wikipedia.example/wiki/%E6%9D%B1%E4%BA%AC", "")],
    ),
    // Punctuation of other scripts.
    (
        "«https://shop.example/a», „http://b.example“",
        &[("https://shop.example/a", "https://shop.example/a", ""), ("http://b.example", "http://b.example/", "")],
    ),
    (
        "انظر https://shop.example/a، أو http://b.example؟",
        &[("https://shop.example/a", "https://shop.example/a", ""), ("http://b.example", "http://b.example/", "")],
    ),
    (
        "देखें https://shop.example/a। և https://shop.example/b։",
        &[("https://shop.example/a", "https://shop.example/a", ""), ("https://shop.example/b", "https://shop.example/b", "")],
    ),
    (
        "https://shop.example/a…https://shop.example/b—да",
        &[("https://shop.example/a", "https://shop.example/a", ""), ("https://shop.example/b", "https://shop.example/b", "")],
    ),
    ("https://shop.example/a\u{1f600}\u{2764}\u{fe0f}", &[("https://shop.example/a", "https://shop.example/a", "")]),
    (
        "https://shop.example/größe/Москва",
        &[("https://shop.example/größe/Москва", "https://shop.example/gr%C3%B6%C3%9Fe/%D0%9C%D0%BE%D1%81%D0%BA%D0%B2%D0%B0", "")],
    ),
    (
        "\u{202a}https://shop.example/a\u{202c} \u{feff}http://b.example\u{200b}",
        &[("https://shop.example/a", "https://shop.example/a", ""), ("http://b.example", "http://b.example/", "")],
    ),
    // Texts that look like another host.
    (
        "https://shop.example@evil.example/login",
        &[("https://shop.example@evil.example/login", "https://shop.example@evil.example/login", "evil.example")],
    ),
    (
        "https://shop.example:443@evil.example/",
        &[("https://shop.example:443@evil.example/", "https://shop.example:443@evil.example/", "evil.example")],
    ),
    ("https://аpple.example", &[("https://аpple.example", "https://xn--pple-43d.example/", "xn--pple-43d.example")]),
    ("www.аpple.example", &[("www.аpple.example", "https://www.xn--pple-43d.example/", "www.xn--pple-43d.example")]),
    ("mailto:ada@аpple.example", &[("mailto:ada@аpple.example", "mailto:ada@%D0%B0pple.example", "xn--pple-43d.example")]),
    ("http://0x7f.1/a", &[("http://0x7f.1/a", "http://127.0.0.1/a", "127.0.0.1")]),
    ("https://shop%2eexample/", &[("https://shop%2eexample/", "https://shop.example/", "shop.example")]),
    ("https://shop.example\\@evil.example/", &[("https://shop.example\\@evil.example/", "https://shop.example/@evil.example/", "")]),
    ("https://[::1]/a", &[("https://[::1]/a", "https://[::1]/a", "")]),
    // Texts without any link.
    ("java\tscript:alert(1)", &[]),
    ("javascript:alert(1)//https:", &[]),
    ("JaVaScRiPt:alert(1)", &[]),
    ("data:text/html,x vbscript:x file:///etc/passwd", &[]),
    ("https:// http:// www. tel: mailto: tel:12 www.a mailto:a @ https:///", &[]),
    ("https://exa\u{202e}mple.com https://shop.example/\u{202e}gpj.exe", &[]),
    ("https://sh\u{200b}op.example http://sh\u{ad}op.example", &[]),
    ("xhttps://shop.example hotel:0612345", &[]),
    ("https://shop.example:99999/", &[]),
    ("mailto:a@b mailto:x@@y.example mailto:a@-b.example", &[]),
    ("mailto:a@b.example,c@d.example", &[("a@b.example", "mailto:a@b.example", ""), ("c@d.example", "mailto:c@d.example", "")]),
    ("([https://shop.example/a])", &[("https://shop.example/a", "https://shop.example/a", "")]),
    ("https://ada:secret@shop.example/?", &[("https://ada:secret@shop.example/", "https://ada:secret@shop.example/", "shop.example")]),
];

/// Mail addresses, and texts that are none.
pub const ADDRESSES: &[&str] = &[
    "a@b.example",
    "first.last+tag@sub.b.example",
    "o'hara_{x}=1!@b-c.example",
    "müller@bücher.example",
    "почта@пример.рф",
    "1@2.example",
    "A.B@C.EXAMPLE",
    "a@xn--bcher-kva.example",
    "a+b+c@b.example",
    "用户@例子.中国",
    "a@xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.example",
];

pub const NO_ADDRESSES: &[&str] = &[
    "a",
    "a@b",
    "@b.example",
    "a@",
    "a@b..example",
    "a@.b.example",
    "a@b.example.",
    ".a@b.example",
    "a.@b.example",
    "a..b@c.example",
    "a b@c.example",
    "a@b c.example",
    "a@\u{a0}b.example",
    "a\u{200b}@b.example",
    "<a@b.example>",
    "Ada <a@b.example>",
    "a@b.example,c@d.example",
    "a@b.example, c@d.example",
    "a@b.example;c@d.example",
    "a@b@c.example",
    "a@@b.example",
    "a@b.example@",
    "a@b.123",
    "a@b.example..",
    "\"a@b\"@c.example",
    "a@b\u{202e}.example",
    "a\u{1}b@c.example",
    "a@-b.example",
    "a@b-.example",
    "a@b_c.example",
    "a@b!.example",
    "a@127.0.0.1",
    "a@[127.0.0.1]",
    "\"a b\"@c.example",
    "mailto:a@b.example",
    "a@b.example\r\nx: y",
    "a@xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.example",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx@b.example",
];

/// Telephone numbers, the visitor's time zone and locale, and the number as E.164 (empty: it cannot be known). All of them can be numbers.
pub const NUMBERS: &[(&str, &str, &str, &str)] = &[
    ("+39 333 123 4567", "", "", "+393331234567"),
    ("\u{202a}+39 333 123 4567\u{202c}", "America/New_York", "en", "+393331234567"),
    ("+39\u{a0}333\u{202f}123\u{3000}4567", "", "", "+393331234567"),
    ("(+39) 06-698.12345", "", "", "+390669812345"),
    ("٠٥٠١٢٣٤٥٦٧", "Asia/Riyadh", "ar", "+966501234567"),
    ("۰۹۱۲ ۳۴۵ ۶۷۸۹", "Asia/Tehran", "fa", "+989123456789"),
    ("०९८७६५४३२१०", "Asia/Calcutta", "hi", "+919876543210"),
    ("٩٦٦٥٠١٢٣٤٥٦٧+", "", "", "+966501234567"),
    ("＋８１ ９０-１２３４-５６７８", "", "", "+819012345678"),
    ("+1 (555) 010-9999 ext. 12", "", "", "+15550109999"),
    ("+1 650 253 0000x12", "", "", "+16502530000"),
    ("+7 495 123-45-67 доб. 12", "", "", "+74951234567"),
    ("0039 333 1234567", "", "", "+393331234567"),
    ("011 39 333 1234567", "America/New_York", "en", "+393331234567"),
    ("333 1234567", "Europe/Rome", "en", "+393331234567"),
    ("0171 1234567", "", "de-DE", "+491711234567"),
    ("8 903 123 45 67", "Europe/Moscow", "ru", "+79031234567"),
    ("Tel.: 06 698 12345", "Europe/Rome", "it", "+390669812345"),
    ("06 698 12345", "", "it", ""),
    ("12345", "Europe/Rome", "it", ""),
];

/// What cannot be a telephone number.
pub const NO_NUMBERS: &[&str] = &[
    "1234",
    "12345678901234567",
    "06x12345",
    "12+34567",
    "++3912345",
    "abc12345",
    "order 12345",
    "12345 is my order",
    "0612345 ext.",
    "0612345 ext. 12345678",
    "0612345 ext. 12 and more",
    "hotel",
    "+",
    "١٢٣٤",
];

/// Values as they are filled in (name of the field, word of its kind or nothing where it is not known, value), and the visitor's name.
pub type Filled = (&'static [(&'static str, &'static str, &'static str)], &'static str);

pub const NAMES: &[Filled] = &[
    (&[], ""),
    (&[("callme", "nickname", "\u{200b}Vera ")], "Vera"),
    (&[("given", "name", "Vera"), ("family", "surname", "Visitor")], "Vera Visitor"),
    (&[("family", "surname", "Visitor"), ("given", "name", " Vera\u{a0}")], "Vera Visitor"),
    (&[("given", "name", "Vera"), ("callme", "nickname", "V.")], "V."),
    (&[("family", "surname", "Visitor")], "Visitor"),
    // Where no kind is known, by the names that programs and forms of before kinds use.
    (&[("name", "", "Vera"), ("surname", "", "Visitor")], "Vera Visitor"),
    (&[("firstName", "", "Vera"), ("lastName", "", "Visitor")], "Vera Visitor"),
    (&[("first_name", "", "Vera"), ("LAST-NAME", "", "Visitor")], "Vera Visitor"),
    (&[("firstname", "", "Vera"), ("nickname", "", "V.")], "V."),
    (&[("lastname", "", "Visitor")], "Visitor"),
    (&[("username", "", "x"), ("hostname", "", "y"), ("email", "email", "vera@b.example")], ""),
    // The kind of a field decides which part of a name it is, not its own name.
    (&[("name", "surname", "Visitor")], "Visitor"),
    (&[("nickname", "textarea", "V.")], "V."),
    // Nothing to see is no name.
    (&[("nickname", "nickname", "  "), ("given", "name", "Vera")], "Vera"),
    (&[("nickname", "nickname", "\u{3164}"), ("first", "name", "\u{200b}\u{a0}"), ("last", "surname", "\u{2800}")], ""),
    (&[("nickname", "nickname", ""), ("nickname", "", "Vera")], "Vera"),
    // Other scripts, and marks that would reverse the text beside the name.
    (
        &[("given", "name", "\u{5e9}\u{5e8}\u{5d4}"), ("family", "surname", "\u{5db}\u{5d4}\u{5df}")],
        "\u{5e9}\u{5e8}\u{5d4} \u{5db}\u{5d4}\u{5df}",
    ),
    (&[("nickname", "nickname", "\u{202e}Vera\u{202c}\u{2067} V.")], "Vera V."),
    (
        &[("nickname", "nickname", "\u{646}\u{627}\u{645}\u{647}\u{200c}\u{647}\u{627}")],
        "\u{646}\u{627}\u{645}\u{647}\u{200c}\u{647}\u{627}",
    ),
    (&[("nickname", "nickname", "\u{1f469}\u{200d}\u{1f4bb}")], "\u{1f469}\u{200d}\u{1f4bb}"),
    (&[("nickname", "nickname", "Ve\0ra\r\n<b>")], "Vera<b>"),
    // 80 characters, of both together.
    (
        &[("nickname", "nickname", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx yz")],
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ),
];

/// Addresses that a link may lead to (`followed`) and others (`not_followed`), as JSON: JavaScript reads the same file.
pub const FOLLOWED: &str = include_str!("addresses.json");
/// Texts that are colours (`colours`), and texts that are not (`not_colours`), as JSON.
pub const COLOURS: &str = include_str!("colours.json");
