//! Logos: whatever picture somebody gives becomes a small PNG of our own making (SECURITY 19).

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, ImageReader, Limits, imageops::FilterType};
use sha2::{Digest, Sha256};

/// What a picture may be at most before it is looked at.
pub const LARGEST_FILE: usize = 2 * 1024 * 1024;
const LARGEST_SIDE: u32 = 4096;
/// Bytes of such a picture once it is unpacked: four for each pixel, and some room to unpack them in.
const MOST_MEMORY: u64 = 96 * 1024 * 1024;
/// What is kept fits into this.
const WIDTH: u32 = 640;
const HEIGHT: u32 = 320;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogoFlaw {
    #[error("A logo is at most 2 MiB large and 4096 pixels wide and high.")]
    TooLarge,
    #[error("A logo is a PNG or JPEG picture.")]
    NotAPicture,
}

/// Decodes, shrinks and encodes anew, so that nothing but pixels is kept.
///
/// # Errors
/// When it is no picture, or too large a one.
pub fn redraw(file: &[u8]) -> Result<Vec<u8>, LogoFlaw> {
    if file.len() > LARGEST_FILE {
        return Err(LogoFlaw::TooLarge);
    }
    let mut reader = ImageReader::new(Cursor::new(file))
        .with_guessed_format()
        .map_err(|_| LogoFlaw::NotAPicture)?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LARGEST_SIDE);
    limits.max_image_height = Some(LARGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let picture = reader.decode().map_err(|e| match e {
        image::ImageError::Limits(_) => LogoFlaw::TooLarge,
        _ => LogoFlaw::NotAPicture,
    })?;
    let picture = if picture.width() > WIDTH || picture.height() > HEIGHT {
        picture.resize(WIDTH, HEIGHT, FilterType::Lanczos3)
    } else {
        picture
    };
    Ok(png(&DynamicImage::ImageRgba8(picture.into_rgba8())))
}

/// What changes when the picture does, short enough for an address.
#[must_use]
pub fn digest(png: &[u8]) -> String {
    hex::encode(&Sha256::digest(png)[..8])
}

/// A picture as a PNG file.
#[must_use]
pub fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture
        .write_to(&mut file, ImageFormat::Png)
        .expect("pixels in memory can be encoded");
    file.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_shrunk_and_everything_else_is_refused() {
        let large = png(&DynamicImage::new_rgb8(1280, 200));
        let small =
            image::load_from_memory(&redraw(&large).expect("is a picture")).expect("is a PNG");
        assert_eq!((small.width(), small.height()), (640, 100));
        let mut trailing = png(&DynamicImage::new_rgba8(8, 8));
        trailing.extend(b"<script>");
        assert!(
            !redraw(&trailing)
                .expect("is a picture")
                .windows(8)
                .any(|w| w == b"<script>")
        );
        assert_eq!(
            redraw(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            Err(LogoFlaw::NotAPicture)
        );
        assert_eq!(redraw(&vec![0; LARGEST_FILE + 1]), Err(LogoFlaw::TooLarge));
        assert_eq!(
            redraw(&png(&DynamicImage::new_luma8(5000, 1))),
            Err(LogoFlaw::TooLarge)
        );
    }
}
