//! The changes to a message, and how each is made.

use std::borrow::Cow;

use super::structure;
use crate::diagnosis::hash::Hash;
use crate::diagnosis::text;
use crate::undress::{Json, Layer, MARK, Style};

/// A change to the given message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::diagnosis) enum Change {
    /// The bytes given as RAW are its digest.
    IsDigest,
    /// The bytes given as a digest, as RAW.
    IsMessage,
    /// Its digest was signed as RAW.
    Hashed,
    /// Its digest with another hash function was signed as RAW.
    HashedWith(Hash),
    /// A dress was taken off the given digest.
    DigestUndressed(Vec<Layer>),
    /// The hexadecimal text of its digest was signed as RAW.
    DigestToHex { upper: bool, after: &'static str },
    /// The base64 text of its digest was signed as RAW.
    DigestToBase64 { after: &'static str },
    /// A dress was taken off the given message.
    Undressed(Layer),
    /// The base64 text of the given bytes: in lines of this many characters, or in one line with or without its end.
    ToBase64 { width: Option<usize>, ends: bool },
    /// The base64url text of the given bytes, without padding.
    ToBase64Url,
    /// The hexadecimal text of the given bytes.
    ToHex { upper: bool, prefix: &'static str },
    /// The given message without its trailing newlines, with the resulting length in bytes.
    NewlineRemoved(usize),
    /// The given message with this newline appended.
    NewlineAdded(&'static str),
    /// The given message without the white space or zero bytes at its end, with the resulting length in bytes.
    SpaceRemoved(usize),
    /// The given message with a space or a zero byte appended.
    SpaceAdded(&'static str),
    /// The given message with CRLF replaced by LF.
    ToLf,
    /// The given message with LF replaced by CRLF.
    ToCrLf,
    /// The given message with a byte order mark prepended.
    MarkAdded,
    /// The given UTF-8 converted to UTF-16.
    ToUtf16 { big_endian: bool, mark: bool },
    /// Another part of the JWT.
    Jwt(structure::JwtPart),
    /// The PAE of DSSE for this payload type.
    Pae(String),
    /// The payload of the given PAE.
    FromPae,
    /// The JSON in another form.
    Json(JsonForm),
    /// The text as a JSON string.
    ToJsonString,
    /// The signed part of a certificate or the like, at this offset.
    SignedPart {
        what: &'static str,
        offset: usize,
        pem: bool,
    },
    /// The attributes of CMS with the other tag, which is the first byte.
    CmsAttributes { tag: u8 },
    /// The Sig_structure of COSE around the payload, which begins with these bytes.
    Cose { before: Vec<u8>, protected: &'static str },
    /// What SSHSIG signs of a message for this namespace.
    SshSig { namespace: &'static str, hash: Hash },
    /// The Keccak-256 digest, of the message or of Ethereum's personal message.
    Keccak { personal: bool },
    /// The first 4096 bytes.
    Truncated,
    /// Nothing.
    Empty,
}

/// How many times as long as given JSON may become: deep JSON grows with the square of its length when it is indented.
pub(super) const MAX_GROWTH: usize = 8;

/// The longest RAW message of KMS, in bytes.
pub(in crate::diagnosis) const FIRST_BYTES: usize = 4096;

/// A form in which the same JSON is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::diagnosis) struct JsonForm {
    pub(super) name: &'static str,
    pub(super) style: Style,
    /// A shell command that writes it. Empty if there is none.
    pub(super) filter: &'static str,
}

impl JsonForm {
    /// The same form, for JSON that the command would not write in it.
    pub(super) fn without_filter(self) -> Self {
        Self { filter: "", ..self }
    }
}

const SORTED: Style = Style {
    sorted: true,
    ..Style::COMPACT
};

const INDENTED: Style = Style {
    indent: Some(2),
    after_name: ": ",
    ..Style::COMPACT
};

/// The forms of JSON, the most frequent first.
pub(super) const JSON_FORMS: [JsonForm; 14] = [
    JsonForm {
        name: "compact, without white space, as by jq -c or JSON.stringify",
        style: Style::COMPACT,
        filter: "jq -cj .",
    },
    JsonForm {
        name: "compact with its keys sorted, as canonical JSON, jq -cS or Go's maps",
        style: SORTED,
        filter: "jq -cSj .",
    },
    JsonForm {
        name: "with spaces after \",\" and \":\", as by json.dumps of Python",
        style: Style::PYTHON,
        filter: "python3 -c 'import sys, json; sys.stdout.write(json.dumps(json.load(sys.stdin)))'",
    },
    JsonForm {
        name: "with spaces after \",\" and \":\" and its keys sorted, as by json.dumps(..., sort_keys=True) of Python",
        style: Style {
            sorted: true,
            ..Style::PYTHON
        },
        filter: "python3 -c 'import sys, json; sys.stdout.write(json.dumps(json.load(sys.stdin), sort_keys=True))'",
    },
    JsonForm {
        name: "with spaces after \",\" and \":\", without escapes, as by json.dumps(..., ensure_ascii=False) of Python",
        style: Style {
            ascii: false,
            ..Style::PYTHON
        },
        filter: "python3 -c 'import sys, json; sys.stdout.write(json.dumps(json.load(sys.stdin), ensure_ascii=False))'",
    },
    JsonForm {
        name: "compact and in ASCII, as by json.dumps(..., separators=(\",\", \":\")) of Python",
        style: Style {
            ascii: true,
            ..Style::COMPACT
        },
        filter: "python3 -c 'import sys, json; sys.stdout.write(json.dumps(json.load(sys.stdin), separators=(\",\", \":\")))'",
    },
    JsonForm {
        name: "compact, sorted and in ASCII, as by json.dumps(..., sort_keys=True, separators=(\",\", \":\")) of Python",
        style: Style { ascii: true, ..SORTED },
        filter: "python3 -c 'import sys, json; sys.stdout.write(json.dumps(json.load(sys.stdin), sort_keys=True, \
                 separators=(\",\", \":\")))'",
    },
    JsonForm {
        name: "in the canonical form of RFC 8785 (JCS)",
        style: Style {
            ecma_numbers: true,
            ..SORTED
        },
        filter: "",
    },
    JsonForm {
        name: "compact, with the numbers of JSON.stringify",
        style: Style {
            ecma_numbers: true,
            ..Style::COMPACT
        },
        filter: "node -e 'process.stdout.write(JSON.stringify(JSON.parse(require(\"fs\").readFileSync(0))))'",
    },
    JsonForm {
        name: "compact with <, > and & escaped, as by Go",
        style: Style {
            html: true,
            ..Style::COMPACT
        },
        filter: "",
    },
    JsonForm {
        name: "compact and sorted with <, > and & escaped, as by Go",
        style: Style { html: true, ..SORTED },
        filter: "",
    },
    JsonForm {
        name: "indented by two spaces, as by JSON.stringify(value, null, 2)",
        style: INDENTED,
        filter: "jq -j .",
    },
    JsonForm {
        name: "indented by four spaces",
        style: Style {
            indent: Some(4),
            ..INDENTED
        },
        filter: "jq -j --indent 4 .",
    },
    JsonForm {
        name: "indented by two spaces with its keys sorted",
        style: Style {
            sorted: true,
            ..INDENTED
        },
        filter: "jq -Sj .",
    },
];

impl Change {
    /// Makes the change, if it needs no key. `None` if it does not apply, or changes nothing.
    pub(super) fn apply<'a>(&self, message: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        let owned = |bytes: Vec<u8>| Some(Cow::Owned(bytes));
        let changed = match self {
            Self::IsDigest | Self::IsMessage | Self::Hashed | Self::DigestUndressed(_) | Self::Undressed(_) => None,
            // Parsed once for all forms.
            Self::DigestToHex { .. } | Self::DigestToBase64 { .. } | Self::Json(_) => None,
            Self::HashedWith(hash) => owned(hash.digest(&[message])),
            Self::ToBase64 { width, ends } => owned(
                match (width, ends) {
                    (Some(width), _) => text::base64_lines(message, *width),
                    (None, true) => text::base64(message) + "\n",
                    (None, false) => text::base64(message),
                }
                .into_bytes(),
            ),
            Self::ToBase64Url => owned(
                text::base64(message)
                    .trim_end_matches('=')
                    .replace('+', "-")
                    .replace('/', "_")
                    .into_bytes(),
            ),
            Self::ToHex { upper, prefix } => {
                let hex = text::hex(message);
                let hex = if *upper { hex.to_uppercase() } else { hex };
                owned(format!("{prefix}{hex}").into_bytes())
            }
            Self::NewlineRemoved(length) | Self::SpaceRemoved(length) => message.get(..*length).map(Cow::Borrowed),
            Self::NewlineAdded(end) | Self::SpaceAdded(end) => owned([message, end.as_bytes()].concat()),
            Self::ToLf => owned(replace(message, b"\r\n", b"\n")),
            Self::ToCrLf => owned(replace(&replace(message, b"\r\n", b"\n"), b"\n", b"\r\n")),
            Self::MarkAdded if message.starts_with(MARK) => None,
            Self::MarkAdded => owned([MARK, message].concat()),
            Self::ToUtf16 { big_endian, mark } => {
                let text = std::str::from_utf8(message).ok()?;
                owned(text::utf16(text, *big_endian, *mark))
            }
            Self::Jwt(part) => structure::jwt_part(message, *part).map(Cow::Owned),
            Self::Pae(payload_type) => owned(structure::pae(payload_type, message)),
            Self::FromPae => structure::payload_of_pae(message).map(Cow::Borrowed),
            Self::ToJsonString => {
                let text = std::str::from_utf8(message).ok()?;
                owned(Json::String(text.to_owned()).write(Style::COMPACT).into_bytes())
            }
            Self::SignedPart { .. } => structure::signed_part(message).map(|(_, part)| Cow::Owned(part)),
            Self::CmsAttributes { tag } => owned(structure::with_tag(message, *tag)),
            Self::Cose { before, .. } => owned([before.as_slice(), message].concat()),
            Self::SshSig { namespace, hash } => {
                let digest = hash.digest(&[message]);
                owned([structure::before_sshsig_digest(namespace, *hash).as_slice(), &digest].concat())
            }
            Self::Keccak { personal } => owned(structure::keccak(message, *personal).to_vec()),
            Self::Truncated => message.get(..FIRST_BYTES).map(Cow::Borrowed),
            Self::Empty => owned(Vec::new()),
        };
        changed.filter(|changed: &Cow<'_, [u8]>| **changed != *message)
    }

    /// Whether the result is a copy of about the same length or more.
    pub(super) fn is_rewriting(&self) -> bool {
        match self {
            Self::ToBase64 { .. }
            | Self::ToBase64Url
            | Self::ToHex { .. }
            | Self::NewlineAdded(_)
            | Self::SpaceAdded(_)
            | Self::ToLf
            | Self::ToCrLf
            | Self::MarkAdded
            | Self::ToUtf16 { .. }
            | Self::Pae(_)
            | Self::Json(_)
            | Self::ToJsonString
            | Self::CmsAttributes { .. }
            | Self::Cose { .. } => true,
            Self::IsDigest
            | Self::IsMessage
            | Self::Hashed
            | Self::HashedWith(_)
            | Self::DigestUndressed(_)
            | Self::DigestToHex { .. }
            | Self::DigestToBase64 { .. }
            | Self::Undressed(_)
            | Self::NewlineRemoved(_)
            | Self::SpaceRemoved(_)
            | Self::Jwt(_)
            | Self::FromPae
            | Self::SignedPart { .. }
            | Self::SshSig { .. }
            | Self::Keccak { .. }
            | Self::Truncated
            | Self::Empty => false,
        }
    }

    /// A shell command that makes the change as a filter, if there is one.
    pub(super) fn filter(&self, digest: Option<Hash>) -> Option<String> {
        let dgst = |hash: Hash| format!("openssl dgst -{} -binary", hash.command());
        Some(match self {
            Self::IsDigest | Self::IsMessage => "cat".into(),
            Self::Hashed => dgst(digest?),
            Self::HashedWith(hash) => dgst(*hash),
            Self::DigestUndressed(layers) => {
                let filters: Vec<&str> = layers
                    .iter()
                    .map(|layer| layer.filter.as_deref())
                    .collect::<Option<_>>()?;
                filters.join(" | ")
            }
            Self::DigestToHex { upper, after } => {
                let case = if *upper { "xxd -u -p" } else { "xxd -p" };
                format!("{} | {case} | tr -d '\\n'{}", dgst(digest?), printf_after(after))
            }
            Self::DigestToBase64 { after } => {
                format!("{} | base64 | tr -d '\\n'{}", dgst(digest?), printf_after(after))
            }
            Self::Undressed(layer) => layer.filter.clone()?,
            Self::ToBase64 { width, ends } => match (width, ends) {
                (Some(76), _) => "base64".into(),
                (Some(_), _) => "openssl base64".into(),
                (None, true) => format!("base64 | tr -d '\\n'{}", printf_after("\n")),
                (None, false) => "base64 | tr -d '\\n'".into(),
            },
            Self::ToBase64Url => "base64 | tr -d '=\\n' | tr -- '+/' '-_'".into(),
            Self::ToHex { upper, prefix } => {
                let case = if *upper { "xxd -u -p" } else { "xxd -p" };
                if prefix.is_empty() {
                    format!("{case} | tr -d '\\n'")
                } else {
                    format!("{{ printf {prefix}; {case} | tr -d '\\n'; }}")
                }
            }
            Self::NewlineRemoved(length) | Self::SpaceRemoved(length) => format!("head -c {length}"),
            Self::NewlineAdded(end) => format!("{{ cat; printf '{}'; }}", end.escape_default()),
            Self::SpaceAdded("\0") => "{ cat; printf '\\0'; }".into(),
            Self::SpaceAdded(_) => "{ cat; printf ' '; }".into(),
            Self::ToLf => "perl -pe 's/\\r\\n/\\n/g'".into(),
            Self::ToCrLf => "perl -pe 's/\\r?\\n/\\r\\n/g'".into(),
            Self::MarkAdded => "{ printf '\\357\\273\\277'; cat; }".into(),
            Self::ToUtf16 { big_endian, mark } => {
                let (name, bytes) = if *big_endian {
                    ("UTF-16BE", "\\376\\377")
                } else {
                    ("UTF-16LE", "\\377\\376")
                };
                if *mark {
                    format!("{{ printf '{bytes}'; iconv -f UTF-8 -t {name}; }}")
                } else {
                    format!("iconv -f UTF-8 -t {name}")
                }
            }
            Self::Jwt(part) => part.filter().to_owned(),
            Self::Json(form) if !form.filter.is_empty() => form.filter.into(),
            Self::Json(_) | Self::Keccak { .. } | Self::Pae(_) | Self::FromPae => return None,
            Self::ToJsonString => "jq -Rsj @json".into(),
            Self::SignedPart { offset, pem, .. } => format!(
                "openssl asn1parse{} -strparse {offset} -noout -out /dev/stdout",
                if *pem { "" } else { " -inform DER" }
            ),
            Self::CmsAttributes { tag } => format!("{{ printf '\\{tag:03o}'; tail -c +2; }}"),
            Self::Cose { before, .. } => format!("{{ printf {} | xxd -r -p; cat; }}", text::hex(before)),
            Self::SshSig { namespace, hash } => {
                let before = text::hex(&structure::before_sshsig_digest(namespace, *hash));
                format!("{{ printf {before} | xxd -r -p; {}; }}", dgst(*hash))
            }
            Self::Truncated => format!("head -c {FIRST_BYTES}"),
            Self::Empty => "head -c 0".into(),
        })
    }
}

fn printf_after(after: &str) -> String {
    if after.is_empty() {
        String::new()
    } else {
        format!(" | {{ cat; printf '{}'; }}", after.escape_default())
    }
}

fn replace(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let Some(first) = from.first() else {
        return text.to_vec();
    };
    let mut replaced = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, found)) = rest
        .iter()
        .position(|byte| byte == first)
        .and_then(|at| rest.split_at_checked(at))
    {
        replaced.extend_from_slice(before);
        match (found.strip_prefix(from), found.split_first()) {
            (Some(after), _) => {
                replaced.extend_from_slice(to);
                rest = after;
            }
            (None, Some((byte, after))) => {
                replaced.push(*byte);
                rest = after;
            }
            (None, None) => break,
        }
    }
    replaced.extend_from_slice(rest);
    replaced
}
