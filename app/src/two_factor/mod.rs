//! What is shown while a second way is set up, the same within a sign-in and in Security Settings:
//! an app's QR code and secret, and backup codes to save. Forms and requests are where it is used.

mod app;
mod codes;

pub(crate) use app::AppToAdd;
pub(crate) use codes::CodesToSave;
