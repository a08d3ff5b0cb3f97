//! How others say it: pure translations of the engine's events. A vendor is one file here, one facade, one table of tests.

pub mod ctlive;
