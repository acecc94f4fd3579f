//! Colours that a company chooses, and whether people can read what is shown in them (WCAG 2.2, 1.4.3 and 1.4.11).
//! Pure functions: the server refuses by them, the console warns by them, the documents' style is made by them.

/// What a mark must stand out by from what is around it.
pub const MARK: f32 = 3.0;
/// Ground and surface of the light look, then of the dark one; as in `tokens.css`.
const LIGHT: [Rgb; 2] = [[0xf5, 0xf6, 0xf4], [0xff, 0xff, 0xff]];
const DARK: [Rgb; 2] = [[0x10, 0x16, 0x13], [0x19, 0x21, 0x1e]];

pub type Rgb = [u8; 3];

/// `#rrggbb` and nothing else: the text goes into a style sheet.
#[must_use]
pub fn rgb(text: &str) -> Option<Rgb> {
    let digits = text
        .strip_prefix('#')
        .filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let mut rgb = [0; 3];
    for (index, part) in rgb.iter_mut().enumerate() {
        let pair = &digits[index * 2..index * 2 + 2];
        if !pair.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        *part = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(rgb)
}

/// `#rrggbb` of a colour.
#[must_use]
pub fn hex([red, green, blue]: Rgb) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// From 1, the same, to 21, black and white.
#[must_use]
pub fn contrast(a: Rgb, b: Rgb) -> f32 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Black or white, whichever stands out more.
#[must_use]
pub fn readable_on(colour: Rgb) -> &'static str {
    if contrast(colour, [255; 3]) >= contrast(colour, [0; 3]) {
        "#fff"
    } else {
        "#000"
    }
}

/// The colour, or the nearest darker one that marks can have on the light look.
#[must_use]
pub fn on_light(colour: Rgb) -> Rgb {
    moved(colour, [0; 3], LIGHT)
}

/// The colour, or the nearest lighter one that marks can have on the dark look.
#[must_use]
pub fn on_dark(colour: Rgb) -> Rgb {
    moved(colour, [255; 3], DARK)
}

/// How little a colour stands out on the light look.
#[must_use]
pub fn least_on_light(colour: Rgb) -> f32 {
    least(colour, &LIGHT)
}

/// How little a colour stands out on the dark look.
#[must_use]
pub fn least_on_dark(colour: Rgb) -> f32 {
    least(colour, &DARK)
}

/// The colour, or the nearest one that is seen as a mark on another one.
#[must_use]
pub fn seen_on(colour: Rgb, ground: Rgb) -> Rgb {
    let ink = if readable_on(ground) == "#fff" {
        255
    } else {
        0
    };
    moved(colour, [ink; 3], [ground; 2])
}

fn least(colour: Rgb, around: &[Rgb]) -> f32 {
    around
        .iter()
        .map(|ground| contrast(colour, *ground))
        .fold(f32::MAX, f32::min)
}

/// The colour moved towards another one until it stands out from what is around it.
fn moved(colour: Rgb, towards: Rgb, around: [Rgb; 2]) -> Rgb {
    (0..=20_u16)
        .map(|step| mixed(colour, towards, step))
        .find(|mixed| least(*mixed, &around) >= MARK)
        .unwrap_or(towards)
}

/// So many twentieths of the second colour in the first one.
fn mixed(one: Rgb, other: Rgb, twentieths: u16) -> Rgb {
    let mut mixed = one;
    for (part, other) in mixed.iter_mut().zip(other) {
        let sum = u16::from(*part) * (20 - twentieths) + u16::from(other) * twentieths;
        *part = u8::try_from(sum / 20).unwrap_or(u8::MAX);
    }
    mixed
}

/// Relative luminance (WCAG 2.2).
fn luminance(rgb: Rgb) -> f32 {
    let [red, green, blue] = rgb.map(|part| {
        let part = f32::from(part) / 255.0;
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_colours_are_colours() {
        assert_eq!(rgb("#FFB000"), Some([255, 176, 0]));
        for bad in ["", "FFB000", "#12345", "#+1+1+1", "#éé34", "red;}body{"] {
            assert_eq!(rgb(bad), None, "{bad}");
        }
        assert_eq!(hex([255, 176, 0]), "#ffb000");
    }

    #[test]
    fn text_on_any_colour_is_readable() {
        assert_eq!(readable_on([0, 0, 0]), "#fff");
        assert_eq!(readable_on([255, 176, 0]), "#000");
        assert_eq!(readable_on([31, 79, 163]), "#fff");
        for grey in 0..=255 {
            let ink = if readable_on([grey; 3]) == "#fff" {
                255
            } else {
                0
            };
            assert!(contrast([grey; 3], [ink; 3]) >= 4.5, "{grey}");
        }
    }

    #[test]
    fn marks_stand_out_in_both_looks() {
        for colour in [
            [0, 0, 0],
            [255, 255, 255],
            [31, 79, 168],
            [255, 176, 0],
            [128; 3],
        ] {
            for ground in LIGHT {
                assert!(contrast(on_light(colour), ground) >= MARK, "{colour:?}");
            }
            for ground in DARK {
                assert!(contrast(on_dark(colour), ground) >= MARK, "{colour:?}");
            }
        }
        // What stands out stays as it is.
        assert_eq!(on_light([31, 79, 168]), [31, 79, 168]);
        assert_eq!(on_dark([255, 176, 0]), [255, 176, 0]);
    }
}
