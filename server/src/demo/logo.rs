//! The demo company's logo: a headset on a white tile.

use image::{DynamicImage, Rgba, RgbaImage};

use crate::domain::logo::png;

/// Pixels on each side.
const SIDE: u32 = 160;
const BLUE: [u8; 3] = [0x1f, 0x4f, 0xa8];
const WHITE: [u8; 3] = [0xff; 3];

/// As a PNG file.
pub(super) fn draw() -> Vec<u8> {
    let picture = RgbaImage::from_fn(SIDE, SIDE, |x, y| {
        let (x, y) = (f64::from(x) + 0.5 - 80.0, f64::from(y) + 0.5 - 80.0);
        let tile = cover(rounded(x, y, 80.0, 80.0, 32.0));
        let ink = cover(headset(x, y));
        let mixed = |index: usize| {
            let (paper, ink_colour) = (f64::from(WHITE[index]), f64::from(BLUE[index]));
            byte(paper + (ink_colour - paper) * ink)
        };
        Rgba([mixed(0), mixed(1), mixed(2), byte(255.0 * tile)])
    });
    png(&DynamicImage::ImageRgba8(picture))
}

/// How far a point lies outside the headset, in pixels; negative inside.
fn headset(x: f64, y: f64) -> f64 {
    let band = (f64::hypot(x, y + 4.0) - 44.0).abs() - 5.0;
    let band = if y > -4.0 {
        f64::max(band, y + 4.0)
    } else {
        band
    };
    let cup = rounded(x.abs() - 44.0, y - 14.0, 11.0, 20.0, 9.0);
    // The boom: a quarter ring from the right cup to the microphone.
    let boom = (f64::hypot(x - 14.0, y - 24.0) - 30.0).abs() - 3.5;
    let boom = if x < 14.0 || y < 24.0 { f64::MAX } else { boom };
    let microphone = rounded(x - 8.0, y - 54.0, 11.0, 6.5, 6.5);
    band.min(cup).min(boom).min(microphone)
}

/// The same for a rectangle with round corners about the origin.
fn rounded(x: f64, y: f64, half_width: f64, half_height: f64, radius: f64) -> f64 {
    let (dx, dy) = (
        x.abs() - half_width + radius,
        y.abs() - half_height + radius,
    );
    f64::hypot(dx.max(0.0), dy.max(0.0)) + dx.max(dy).min(0.0) - radius
}

/// How much of a pixel is covered at this distance.
fn cover(distance: f64) -> f64 {
    (0.5 - distance).clamp(0.0, 1.0)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a byte"
)]
fn byte(value: f64) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logo_is_small() {
        let file = draw();
        assert!(file.len() < 8 * 1024, "{} bytes", file.len());
        assert_eq!(
            crate::domain::logo::redraw(&file).expect("is a picture"),
            file
        );
    }
}
