//! The entry point of the desk: puts the desk into the page.

fn main() {
    #[cfg(target_arch = "wasm32")]
    {
        console_error_panic_hook::set_once();
        chinwag_desk::ui::start();
    }
}
