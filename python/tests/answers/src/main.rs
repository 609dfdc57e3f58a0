//! Reads requests as JSON, one per line with hexadecimal bytes, and prints the library's own answer to each:
//! `tests/test_answers.py` compares them with those of the Python package.

use std::io::{self, BufRead as _, Write as _};

use kms_verify::{
    Caller, Diagnosis, Error, Inputs, Message, MessageType, PublicKey, SigningAlgorithm, diagnose, diagnose_public_key,
};
use serde_json::{Value, json};

fn main() -> io::Result<()> {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line?).map_err(|error| io::Error::other(error.to_string()))?;
        let answer = answer(&request).ok_or_else(|| io::Error::other("a request is malformed"))?;
        writeln!(output, "{answer}")?;
    }
    Ok(())
}

fn answer(request: &Value) -> Option<Value> {
    let text = |field: &str| request.get(field)?.as_str();
    let bytes = |field: &str| unhex(text(field)?);
    let public_key = bytes("public_key")?;
    let (message, signature) = (bytes("message")?, bytes("signature")?);
    let key = PublicKey::from_der_or_pem(&public_key);
    let algorithm = text("algorithm")?.parse::<SigningAlgorithm>();
    let message_type = text("message_type")?.parse::<MessageType>();
    let verified = || -> Result<(), Error> {
        let key = key.clone()?;
        let algorithm = algorithm.clone()?;
        key.verify(algorithm, Message::new(message_type.clone()?, &message), &signature)
    };
    let mut answer = json!({ "error": verified().err().map(|error| of_error(&error)) });
    if let (Ok(algorithm), Ok(message_type)) = (algorithm.clone(), message_type.clone()) {
        let message = Message::new(message_type, &message);
        let diagnosis = match &key {
            Ok(key) => diagnose(key, algorithm, message, &signature),
            Err(_) => diagnose_public_key(&public_key),
        };
        answer
            .as_object_mut()?
            .insert("diagnosis".into(), of_diagnosis(&diagnosis));
    }
    Some(answer)
}

fn of_error(error: &Error) -> Value {
    json!({ "text": error.to_string(), "debug": format!("{error:?}"), "is_rejection": error.is_rejection() })
}

fn of_diagnosis(diagnosis: &Diagnosis) -> Value {
    let findings = diagnosis.findings().iter().map(|finding| {
        json!({
            "code": finding.cause().as_str(),
            "certain": finding.is_certain(),
            "text": finding.found(),
            "advice": {
                "python": finding.advice_for(Caller::Python),
                "shell": finding.advice_for(Caller::Shell(Inputs::default())),
                "rust": finding.advice_for(Caller::Rust),
                "node": finding.advice_for(Caller::Node),
                "go": finding.advice_for(Caller::Go),
                "java": finding.advice_for(Caller::Java),
            },
        })
    });
    json!({
        "error": diagnosis.outcome().err().map(|error| of_error(&error)),
        "findings": findings.collect::<Vec<_>>(),
        "verifications": diagnosis.verifications(),
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}
