//! Writing files with their compressed copies, so that the server compresses nothing while people wait.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, anyhow};

use super::{Files, Profile};

/// Writes each file and, where that is smaller, its `.br` and `.gz` copies.
pub(super) fn write(folder: &Path, files: Files, profile: Profile) -> Result<()> {
    std::thread::scope(|scope| {
        let writers: Vec<_> = files
            .iter()
            .map(|(name, content)| scope.spawn(move || write_one(folder, name, content, profile)))
            .collect();
        writers.into_iter().try_for_each(|writer| {
            writer
                .join()
                .map_err(|_| anyhow!("compressing a file panicked"))?
        })
    })
}

fn write_one(folder: &Path, name: &str, content: &[u8], profile: Profile) -> Result<()> {
    let write = |suffix: &str, content: &[u8]| {
        std::fs::write(folder.join(format!("{name}{suffix}")), content)
            .with_context(|| format!("cannot write {name}{suffix}"))
    };
    write("", content)?;
    for (suffix, packed) in [
        (".br", brotli(content, profile)?),
        (".gz", gzip(content, profile)?),
    ] {
        if packed.len() < content.len() {
            write(suffix, &packed)?;
        }
    }
    Ok(())
}

fn brotli(content: &[u8], profile: Profile) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: match profile {
            Profile::Development => 2,
            Profile::Release => 11,
        },
        lgwin: 24,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut packed, &parameters)?;
    Ok(packed)
}

fn gzip(content: &[u8], profile: Profile) -> Result<Vec<u8>> {
    let level = match profile {
        Profile::Development => flate2::Compression::fast(),
        Profile::Release => flate2::Compression::best(),
    };
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), level);
    packer.write_all(content)?;
    Ok(packer.finish()?)
}
