//! What follows the first credential: the code, a new password; and the links that mails carry.
//! The server owns the steps, these pages show the one that it answers.

mod actions;
mod bind;
mod bind_phone;
mod browser_link;
mod change_password;
mod code;
mod confirm_email;
mod continue_outside;
mod ended_invitation;
mod follow;
mod forgot_password;
mod invitation;
mod new_password;
mod reset_password;
mod set_up;
mod status;
mod step;

pub use bind::BindPage;
pub use browser_link::BrowserLinkPage;
pub use change_password::ChangePasswordPage;
pub use code::CodePage;
pub use confirm_email::ConfirmEmailPage;
#[cfg(feature = "hydrate")]
pub(crate) use follow::tell_other_tabs;
pub use forgot_password::ForgotPasswordPage;
pub use invitation::InvitationPage;
pub use reset_password::{ResetPasswordPage, after_reset};
pub use set_up::SetupPage;
#[cfg(feature = "hydrate")]
pub(crate) use step::go_on;
