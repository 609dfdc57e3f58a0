//! Verifies a signature that AWS made with its own KMS key: the one on a bundle manifest of EKS Anywhere.
//!
//! `cargo run --release --example verify`

use std::path::Path;
use std::{error, fs};

use kms_verify::{Error, Message, PublicKey, SigningAlgorithm, verify_kms_signature};

fn main() -> Result<(), Box<dyn error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/kms/eksa-bundle-minimal");
    let public_key = fs::read(folder.join("public_key.pem"))?;
    let message = fs::read(folder.join("message.bin"))?;
    let signature = fs::read(folder.join("signature.bin"))?;
    let algorithm = SigningAlgorithm::EcdsaSha256;

    println!("AWS signs the bundle manifests of EKS Anywhere with a key that never leaves AWS KMS.");
    println!("These files are one such manifest, its signature, and the public key that AWS publishes:");
    println!("  {}\n", folder.display());

    let key = PublicKey::from_der_or_pem(&public_key)?;
    println!("public key   {} ({} bytes as PEM)", key.key_spec(), public_key.len());
    println!("algorithm    {algorithm}");
    println!(
        "message      {} bytes, {}...",
        message.len(),
        String::from_utf8_lossy(&message[..38])
    );
    println!("signature    {} bytes\n", signature.len());

    verify_kms_signature(&public_key, algorithm, Message::Raw(&message), &signature)?;
    println!("VALID: the holder of this KMS key signed exactly this message. Nobody asked AWS to find that out.");

    let mut altered = message.clone();
    altered[0] ^= 1;
    match verify_kms_signature(&public_key, algorithm, Message::Raw(&altered), &signature) {
        Err(error @ Error::InvalidSignature) => println!("With one bit of the message changed: {error}."),
        other => return Err(format!("an altered message should not verify: {other:?}").into()),
    }
    Ok(())
}
