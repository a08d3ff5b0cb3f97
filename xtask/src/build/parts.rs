//! The parts of the widget's module beyond the first, and the functions by which they are entered.
//!
//! Each entry is `#[inline(never)]`: otherwise the function would not exist, and the build reports which one is missing. None may be called
//! before its part is loaded; the comment of each part says which code makes sure of that.

/// A part of the module that is fetched when it is needed.
pub(super) struct Part {
    /// The middle part of its file name; also its name in scripts and in the manifest.
    pub(super) name: &'static str,
    /// The ends of the names of its entries, without brackets.
    pub(super) entries: &'static [&'static [&'static str]],
}

/// The part for conversations: engine, frames, the link to our server, calls of the page. The other parts need this one. `Runtime::talks` guards
/// its entries. Where the engine enters this part by itself, it is in a state that only this part can have caused.
pub(super) const CONVERSATION: Part = Part { name: "conversation", entries: &[TALK] };

/// The conversation part in a build for a facade, with the entries that the facade needs as well.
pub(super) const FACADE_CONVERSATION: Part = Part { name: CONVERSATION.name, entries: &[TALK, &["runtime::Runtime::retell"]] };

const TALK: &[&str] = &[
    "engine::Engine::take",
    "engine::Engine::close_panel",
    "engine::Engine::handed_on",
    "engine::show::stage",
    "port::events::members",
    "port::snapshot::put_chat",
    "port::snapshot::put_form",
    "browser::page::ask",
    "runtime::Runtime::talk",
    "runtime::Runtime::work_off",
    "runtime::Runtime::silence",
    "runtime::Runtime::deadline",
    "runtime::Runtime::heard",
    "runtime::Runtime::before_painting",
    "runtime::Runtime::read_out",
];

/// The view: panel, forms, transcript, survey. `WidgetView` makes a `Widget` when it is told that this part is loaded.
pub(super) const VIEW: Part = Part {
    name: "view",
    entries: &[&[
        "view::widget::Widget::new",
        "view::widget::Widget::render",
        "view::widget::Widget::event",
        "view::widget::Widget::announce",
        "view::widget::Widget::focus",
        "view::widget::Widget::set_texts",
        "view::widget::Widget::remove",
    ]],
};

/// The link of a page that names another product's chat server, in a build for a facade. `Runtime::requests` is empty where there is none.
pub(super) const REQUESTS: Part = Part {
    name: "requests",
    entries: &[&[
        "requests::Requests::new",
        "requests::Requests::signal",
        "requests::Requests::handle",
        "requests::Requests::deadline",
        "requests::Requests::translate",
        "browser::requests::request",
        "runtime::Runtime::carry_out_requests",
    ]],
};
