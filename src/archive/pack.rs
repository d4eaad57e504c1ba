//! Turns named files into a zip, and job logs that came one by one into the archive that lacks them.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::names;
use super::{ArchiveError, Input, Limits, open};

/// A zip of these files, the same bytes every time.
///
/// # Errors
/// When a name stands twice or a file is beyond what a zip holds.
pub fn packed(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, ArchiveError> {
    append(ZipWriter::new(Cursor::new(Vec::new())), files)
}

/// The archive with one more entry a job: `<ordinal>_<job>.txt`, as the platform names whole jobs. Without an archive a new one.
///
/// # Errors
/// When the archive is broken.
pub fn with_jobs(archive: Option<Vec<u8>>, jobs: &[(String, Vec<u8>)]) -> Result<Vec<u8>, ArchiveError> {
    let broken = |error: zip::result::ZipError| ArchiveError::BrokenZip { name: "logs.zip".to_owned(), reason: error.to_string() };
    let (writer, first) = match archive {
        Some(bytes) => {
            let count = ZipArchive::new(Cursor::new(bytes.as_slice())).map_err(broken)?.len();
            (ZipWriter::new_append(Cursor::new(bytes)).map_err(broken)?, count)
        }
        None => (ZipWriter::new(Cursor::new(Vec::new())), 0),
    };
    let plain = |name: &str| name.chars().filter(|c| !c.is_control() && !"\\/:*?\"<>|".contains(*c)).take(90).collect::<String>();
    let named: Vec<(String, Vec<u8>)> = jobs
        .iter()
        .enumerate()
        .map(|(index, (name, text))| (format!("{}_{}.txt", first + index, plain(name).trim()), text.clone()))
        .collect();
    append(writer, &named)
}

/// Which of these jobs, by display name, an archive has no text of.
///
/// # Errors
/// When the archive is broken.
pub fn jobs_without_text(archive: &[u8], jobs: &[String]) -> Result<Vec<String>, ArchiveError> {
    let opened = match open(Input::File { name: "logs.zip".to_owned(), bytes: archive.to_vec() }, Limits::default()) {
        Ok(opened) => opened,
        Err(ArchiveError::NoLogs { .. } | ArchiveError::Empty { .. }) => return Ok(jobs.to_vec()),
        Err(error) => return Err(error),
    };
    let has_text = |job: &super::JobParts| job.parts.iter().any(|part| !matches!(part.role, super::Role::System { .. }));
    let found: Vec<&str> = opened.jobs.iter().filter(|job| has_text(job)).filter_map(|job| job.name.as_deref()).collect();
    let has =
        |name: &String| found.iter().any(|spelled| names::comparable(spelled) == names::comparable(name) || names::can_be(spelled, name));
    Ok(jobs.iter().filter(|name| !has(name)).cloned().collect())
}

fn append(mut writer: ZipWriter<Cursor<Vec<u8>>>, files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, ArchiveError> {
    let failed = |reason: String| ArchiveError::BrokenZip { name: "the new zip".to_owned(), reason };
    for (name, bytes) in files {
        // A zip within the zip is packed already.
        let method = if name.ends_with(".zip") { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method).large_file(bytes.len() > 1 << 31);
        writer.start_file(name.as_str(), options).map_err(|error| failed(error.to_string()))?;
        writer.write_all(bytes).map_err(|error| failed(error.to_string()))?;
    }
    writer.finish().map(Cursor::into_inner).map_err(|error| failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_is_seen_and_filled() {
        let zip = packed(&[
            ("0_a.txt".to_owned(), b"x".to_vec()),
            ("b c/1_s.txt".to_owned(), b"y".to_vec()),
            ("d/system.txt".to_owned(), b"z".to_vec()),
        ])
        .unwrap();
        let jobs = ["a", "b / c", "d", "e"].map(str::to_owned);
        assert_eq!(jobs_without_text(&zip, &jobs).unwrap(), ["d", "e"]);
        let filled = with_jobs(Some(zip), &[("d".to_owned(), b"2".to_vec()), ("e / f".to_owned(), b"3".to_vec())]).unwrap();
        assert_eq!(jobs_without_text(&filled, &["a".to_owned(), "d".to_owned(), "e / f".to_owned()]).unwrap(), [""; 0]);
        assert!(with_jobs(None, &[("a".to_owned(), b"1".to_vec())]).is_ok());
        assert!(with_jobs(Some(b"no zip".to_vec()), &[]).is_err());
    }
}
