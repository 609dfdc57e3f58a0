//! Reads a form: multipart/form-data, as browsers send it, with a limit for each field.

use axum::extract::Multipart;
use axum::extract::multipart::{Field as Incoming, MultipartError};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kms_verify::{MessageType, SigningAlgorithm};

use super::answer::Repair;
use super::ask::{Ask, File, MAX_MESSAGE, MAX_OTHER, Part, Tongue, Type};

/// The longest body, in bytes: one message and one of each of the others, and 64 KiB for everything else.
pub(super) const MAX_BODY: usize = MAX_MESSAGE + 3 * MAX_OTHER;

/// The longest body of a download, in bytes: base64 of the longest repaired input, which has at most twice the length of
/// the longest message, and 64 KiB for everything else.
pub(super) const MAX_DOWNLOAD: usize = 3 * MAX_MESSAGE + MAX_OTHER;

/// The longest value of all other fields, in bytes: more than the longest name of a key.
const MAX_VALUE: usize = 4096;

/// Why a form was not read, in a sentence.
#[derive(Debug)]
pub(super) struct Unread {
    pub(super) status: StatusCode,
    pub(super) sentence: String,
}

impl Unread {
    pub(super) fn not_a_form() -> Self {
        Self::malformed("This is not a form of this page: its type is not multipart/form-data.")
    }

    pub(super) fn late() -> Self {
        Self {
            status: StatusCode::REQUEST_TIMEOUT,
            sentence: "The form did not arrive in time.".to_owned(),
        }
    }

    fn malformed(sentence: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            sentence: sentence.into(),
        }
    }

    fn too_long(what: &str, max: usize) -> Self {
        let advice = if max == MAX_MESSAGE {
            " For a longer message, give its digest, with the message type DIGEST, or use the command kms-verify."
        } else {
            ""
        };
        Self {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            sentence: format!("The {what} has more than {} KiB.{advice}", max / 1024),
        }
    }
}

impl From<MultipartError> for Unread {
    fn from(error: MultipartError) -> Self {
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::too_long("form", MAX_BODY),
            _ => Self::malformed("The form is malformed."),
        }
    }
}

/// Reads the form of a question.
pub(super) async fn read_ask(mut form: Multipart) -> Result<Ask, Unread> {
    let mut ask = Ask::default();
    while let Some(field) = form.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        let of_part = Part::ALL
            .into_iter()
            .find_map(|part| Some((part, name.strip_prefix(part.name())?.strip_prefix('_')?)));
        match (of_part, name.as_str()) {
            (Some((part, "text")), _) => {
                let text = text(field, part.noun(), part.max()).await?;
                // Browsers send each line end as CRLF, whatever was pasted.
                ask.field_mut(part).text = text.replace("\r\n", "\n");
            }
            (Some((part, "file")), _) => {
                let file_name = field.file_name().unwrap_or_default().to_owned();
                let bytes = bytes(field, part.noun(), part.max()).await?;
                // What browsers send if no file was chosen.
                if !file_name.is_empty() || !bytes.is_empty() {
                    ask.field_mut(part).file = Some(File { name: file_name, bytes });
                }
            }
            (_, "ring_key") => ask.ring_key = value(field).await?,
            (_, "algorithm") => {
                let name = value(field).await?;
                ask.algorithm = match name.as_str() {
                    "" => None,
                    name => Some(name.parse::<SigningAlgorithm>().map_err(unknown)?),
                };
            }
            (_, "message_type") => {
                ask.message_type = Type(value(field).await?.parse::<MessageType>().map_err(unknown)?)
            }
            (_, "tongue") => {
                let given = value(field).await?;
                let mut tongues = Tongue::ALL.into_iter();
                ask.tongue = tongues.find(|tongue| tongue.value() == given).unwrap_or_default();
            }
            _ => return Err(Unread::malformed("The form has a field that is not known.")),
        }
    }
    Ok(ask)
}

/// Reads the form of a download: what it is, and its bytes.
pub(super) async fn read_download(mut form: Multipart) -> Result<(Repair, Vec<u8>), Unread> {
    let (mut repair, mut content) = (None, None);
    while let Some(field) = form.next_field().await? {
        match field.name().unwrap_or_default() {
            "what" => {
                let given = value(field).await?;
                repair = Repair::ALL.into_iter().find(|repair| repair.value() == given);
            }
            "base64" => {
                let text = bytes(field, "file", MAX_DOWNLOAD).await?;
                content = STANDARD.decode(text).ok();
            }
            _ => return Err(Unread::malformed("The form has a field that is not known.")),
        }
    }
    repair
        .zip(content)
        .ok_or_else(|| Unread::malformed("The form does not have what is to be downloaded."))
}

fn unknown(error: impl ToString) -> Unread {
    Unread::malformed(super::decide::sentence(&error))
}

async fn value(field: Incoming<'_>) -> Result<String, Unread> {
    text(field, "value of a field", MAX_VALUE).await
}

async fn text(field: Incoming<'_>, what: &str, max: usize) -> Result<String, Unread> {
    let bytes = bytes(field, what, max).await?;
    String::from_utf8(bytes).map_err(|_| Unread::malformed(format!("The {what} is not UTF-8.")))
}

async fn bytes(mut field: Incoming<'_>, what: &str, max: usize) -> Result<Vec<u8>, Unread> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await? {
        if bytes.len().saturating_add(chunk.len()) > max {
            return Err(Unread::too_long(what, max));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
