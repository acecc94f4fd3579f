//! Codes of authenticator apps (RFC 6238: SHA-1, six digits, 30 seconds). Where secrets are kept and
//! which steps were used is not known here.

use subtle::ConstantTimeEq;
use totp_rs::{Builder, Secret, TotpError};

use crate::clock::Moment;

/// Bytes of a secret (RFC 4226, section 4, R6).
pub const SECRET_BYTES: usize = 20;
/// Seconds of a step.
const STEP: i64 = 30;
/// Steps before and after the present one whose codes are right: transmission and slow typing.
const SKEW: i64 = 1;
/// Steps within which a code that is not right tells that the phone's clock is wrong: ten minutes.
const NEAR: i64 = 20;

/// What a typed code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The code of this time step, which is now.
    Right {
        step: i64,
    },
    /// The code of a step before or after. `seconds` is positive when the phone's clock is ahead.
    Off {
        step: i64,
        seconds: i32,
    },
    Wrong,
}

/// Compares a code of ASCII digits with those of all steps near `now`, in the same time whichever it is.
#[must_use]
pub fn read(secret: [u8; SECRET_BYTES], code: &str, now: Moment) -> Reading {
    let app = app(secret).build_noncompliant();
    let present = now.0.div_euclid(1000 * STEP);
    let mut matched = None;
    for off in -NEAR..=NEAR {
        let is_it = u64::try_from((present + off) * STEP).is_ok_and(|time| {
            app.generate(time)
                .to_string()
                .as_bytes()
                .ct_eq(code.as_bytes())
                .into()
        });
        let nearer = matched.is_none_or(|best: i64| off.abs() <= best.abs());
        if is_it && nearer {
            matched = Some(off);
        }
    }
    match matched {
        None => Reading::Wrong,
        Some(off) if off.abs() <= SKEW => Reading::Right {
            step: present + off,
        },
        Some(off) => Reading::Off {
            step: present + off,
            seconds: i32::try_from(off * STEP).unwrap_or(i32::MAX),
        },
    }
}

/// What an app is told about a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Base32 (RFC 4648) without padding.
    pub secret: String,
    /// `otpauth://totp/…`
    pub uri: String,
}

/// Tells a secret under the names by which the person finds it among others in the app.
///
/// # Errors
/// When the account has no name.
pub fn tell(secret: [u8; SECRET_BYTES], company: &str, account: &str) -> Result<Told, TotpError> {
    // A colon separates the two names in the address (Key Uri Format, "Label").
    let name = |name: &str| name.replace(':', " ");
    let app = app(secret)
        .with_issuer(Some(name(company)))
        .with_account_name(name(account))
        .build()?;
    Ok(Told {
        secret: app.secret().to_base32(),
        uri: app.to_url()?,
    })
}

/// The library's defaults are the numbers that every app understands: SHA-1, six digits, 30 seconds.
fn app(secret: [u8; SECRET_BYTES]) -> Builder {
    Builder::new().with_secret(Secret::new_stack(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: [u8; SECRET_BYTES] = *b"12345678901234567890";

    fn at(seconds: i64) -> Moment {
        Moment(seconds * 1000)
    }

    /// RFC 6238, appendix B, the SHA-1 rows: eight digits there, of which an app shows the last six.
    #[test]
    fn the_vectors_of_rfc_6238() {
        let table = [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ];
        for (seconds, code) in table {
            assert_eq!(
                read(SECRET, &code[2..], at(seconds)),
                Reading::Right {
                    step: seconds / STEP
                },
                "{seconds}"
            );
        }
    }

    /// RFC 4226, appendix D: the counter is the number of the step.
    #[test]
    fn the_vectors_of_rfc_4226() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ];
        for (step, code) in (0..).zip(codes) {
            assert_eq!(read(SECRET, code, at(step * STEP)), Reading::Right { step });
        }
    }

    #[test]
    fn a_step_of_skew_is_right_and_a_clock_that_is_wrong_is_told_by_how_much() {
        // The code of 1_111_111_111, whose step begins a second before.
        let code = "050471";
        let begins = 1_111_111_110;
        let right = Reading::Right {
            step: begins / STEP,
        };
        let off = |seconds| Reading::Off {
            step: begins / STEP,
            seconds,
        };
        let table = [
            (0, right),
            (29, right),
            (30, right),
            (59, right),
            (60, off(-60)),
            (119, off(-90)),
            (-1, right),
            (-30, right),
            (-31, off(60)),
            (-600, off(600)),
            (-601, Reading::Wrong),
            (629, off(-600)),
            (630, Reading::Wrong),
        ];
        for (later, reading) in table {
            assert_eq!(read(SECRET, code, at(begins + later)), reading, "{later}");
        }
    }

    #[test]
    fn nothing_else_is_right() {
        for typed in ["", "05047", "0504711", "050472", "+50471", "ABCDEF"] {
            assert_eq!(
                read(SECRET, typed, at(1_111_111_111)),
                Reading::Wrong,
                "{typed:?}"
            );
        }
        assert_eq!(
            read(SECRET, "755224", Moment(-1)),
            Reading::Right { step: 0 }
        );
        assert_eq!(
            read(SECRET, "050471", Moment(i64::MIN / 2000)),
            Reading::Wrong
        );
    }

    #[test]
    fn an_app_is_told_whose_it_is() {
        let told = tell(SECRET, "Acme: Support", "anna").expect("has a name");
        assert_eq!(told.secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(
            told.uri,
            "otpauth://totp/Acme%20%20Support:anna?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme%20%20Support"
        );
        assert!(tell(SECRET, "Acme", "").is_err());
    }
}
