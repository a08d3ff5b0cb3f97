//! The end-to-end tests, one module per concern.

mod acceptance;
mod accessibility;
mod availability;
mod before;
mod broken_pages;
mod conversation;
mod demo;
mod desk;
mod desk_room;
mod embedding;
mod ending;
mod examples;
mod files;
mod flood;
mod genesys;
mod genesys_start;
mod genesys_window;
mod gms;
mod gms_requests;
mod headless;
mod keeping;
mod loading;
mod long;
mod looks;
mod many;
mod nobody;
mod odd_pages;
mod polling;
mod proxy;
mod refused;
mod requests;
#[path = "../../../tables/mod.rs"]
mod tables;
mod tabs;
mod tomorrow;
mod words;
