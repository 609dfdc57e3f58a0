//! `kms-verify explain --repair`: writes the inputs that verify to a new folder.

mod folder;

use std::path::Path;

use kms_verify::{MessageType, PublicKey, SigningAlgorithm};

use crate::failure::Failure;
use crate::input::Input;
use crate::keys::{self, KeyFile};
use crate::request::Request;
use crate::signature;

use folder::NewFolder;

/// The inputs that verify in place of the given ones.
pub(crate) struct Corrected {
    pub(crate) key: PublicKey,
    pub(crate) algorithm: SigningAlgorithm,
    pub(crate) message_type: MessageType,
    pub(crate) message: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    /// The parameters whose values differ from the given ones, in the order of the help. Never empty.
    pub(crate) changed: Vec<&'static str>,
}

const PUBLIC_KEY: &str = "public_key.pem";
const MESSAGE: &str = "message.bin";
const SIGNATURE: &str = "signature.bin";
pub(crate) const SCRIPT: &str = "verify.sh";

/// The files, in the order in which they are written.
pub(crate) const FILES: [&str; 4] = [PUBLIC_KEY, MESSAGE, SIGNATURE, SCRIPT];

/// Rejects a folder that exists, before anything else is done.
pub(crate) fn require_new(path: &Path) -> Result<(), Failure> {
    match path.symlink_metadata() {
        Ok(_) => Err(folder::exists(path)),
        Err(_) => Ok(()),
    }
}

/// Writes the inputs, and verifies what was written. After a failure, nothing is left.
pub(crate) fn write(path: &Path, corrected: &Corrected) -> Result<(), Failure> {
    let mut folder = NewFolder::create(path)?;
    folder.write(PUBLIC_KEY, corrected.key.to_pem().as_bytes(), false)?;
    folder.write(MESSAGE, &corrected.message, false)?;
    folder.write(SIGNATURE, &corrected.signature, false)?;
    verify(&folder, corrected.algorithm, corrected.message_type)?;
    folder.write(
        SCRIPT,
        script(corrected.algorithm, corrected.message_type).as_bytes(),
        true,
    )?;
    folder.keep();
    Ok(())
}

/// Verifies what is in the folder, as `verify` does.
fn verify(folder: &NewFolder<'_>, algorithm: SigningAlgorithm, message_type: MessageType) -> Result<(), Failure> {
    let open = |name| {
        let (file, shown) = folder.open(name)?;
        let metadata = file
            .metadata()
            .map_err(|error| Failure::Io(format!("{shown} could not be read: {error}")))?;
        Input::opened(file, &metadata, shown, false)
    };
    let key = open(PUBLIC_KEY)?;
    let name = key.name.clone();
    let key = KeyFile::parse(name, &key.read_up_to(keys::MAX)?)?.named(None)?;
    let signature = signature::of_input(open(SIGNATURE)?, algorithm)?;
    let request = Request::of(key, algorithm, message_type, open(MESSAGE)?, signature);
    let outcome = request.decide(false)?.outcome;
    outcome.map_err(|failure| {
        Failure::Io(format!(
            "what was written to {} does not verify ({}), so it was removed; was it changed meanwhile?",
            folder.shown(),
            failure.sentence()
        ))
    })
}

/// The script that verifies what is in its folder. It contains nothing that was given: the names of the algorithm and the
/// message type are those of this crate.
fn script(algorithm: SigningAlgorithm, message_type: MessageType) -> String {
    format!(
        "#!/bin/sh\n\
         # Verifies the repaired inputs in this folder.\n\
         case $0 in */*) CDPATH='' cd -- \"${{0%/*}}/\" || exit 255 ;; esac\n\
         exec kms-verify verify \\\n    \
         --public-key {PUBLIC_KEY} \\\n    \
         --message fileb://{MESSAGE} \\\n    \
         --message-type {message_type} \\\n    \
         --signature fileb://{SIGNATURE} \\\n    \
         --signing-algorithm {algorithm}\n"
    )
}
