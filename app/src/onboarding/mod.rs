//! Creating a company, and the card that tells its people where they sign in. What is left to do afterwards is in the
//! console.

mod card;
mod draft;
mod end;
mod fields;
mod form;
mod page;

pub use card::FloorCardPage;
pub use page::OnboardingPage;
