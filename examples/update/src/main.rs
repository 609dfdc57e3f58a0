//! An updater for a device, around the core without `std`.
//!
//!     update KEY NAME VERSION MANIFEST SIGNATURE TARGET < file
//!
//! KEY is the public key (DER or PEM), NAME and VERSION are those of the device, MANIFEST and SIGNATURE are files. The update
//! is read from standard input in pieces, written beside TARGET, and renamed to TARGET only if all of it is right. Prints the
//! new version.

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use kms_verify::{KeySpec, PublicKey, SigningAlgorithm};
use update::{Device, MAX_MANIFEST, Update};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Ok([key, name, version, manifest, signature, target]) = <[String; 6]>::try_from(arguments) else {
        return Err("usage: update KEY NAME VERSION MANIFEST SIGNATURE TARGET".into());
    };
    let key = PublicKey::from_der_or_pem(&fs::read(key)?)?;
    let algorithm = match key.key_spec() {
        KeySpec::EccNistP256 => SigningAlgorithm::EcdsaSha256,
        KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => SigningAlgorithm::MlDsaShake256,
        other => return Err(format!("this device has no keys of {other}").into()),
    };
    let device = Device {
        key: &key.verifying_key(algorithm)?,
        name: &name,
        version: version.parse()?,
    };
    let update = Update::begin(&device, &read(&manifest)?, &read(&signature)?)?;

    let partial = format!("{target}.partial");
    let version = receive(update, &partial).inspect_err(|_| {
        // What was not verified must not stay.
        let _ = fs::remove_file(&partial);
    })?;
    fs::rename(&partial, Path::new(&target))?;
    println!("{version}");
    Ok(())
}

/// Reads at most 8 KiB: more than a manifest or a signature can have, so what is truncated here is still too long.
fn read(path: &str) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(2 * MAX_MANIFEST as u64)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Writes the file while it arrives, 64 KiB at a time.
fn receive(mut update: Update, path: &str) -> Result<u64, Box<dyn Error>> {
    let mut file = File::create(path)?;
    let mut input = io::stdin().lock();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let length = input.read(&mut buffer)?;
        let piece = buffer.get(..length).unwrap_or_default();
        if piece.is_empty() {
            break;
        }
        update.update(piece)?;
        file.write_all(piece)?;
    }
    file.sync_all()?;
    Ok(update.finish()?)
}
