//! The twelve cases of "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko, 2020), from
//! <https://github.com/novifinancial/ed25519-speccheck>, table 6c of the paper.

use kms_verify::{Error, Message, PublicKey, SigningAlgorithm};
use kms_verify_testing::forge::ed25519::spki;
use kms_verify_testing::hex;

const A_OF_ORDER_8: &str = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa";
const A_OF_ORDER_L: &str = "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43";
const A_OF_ORDER_8_L: &str = "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d";
const A_OF_LARGE_S: &str = "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623";
const A_OF_MINUS_ZERO: &str = "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";

/// What the strict rules say.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Verdict {
    KeyRejected,
    Invalid,
    Valid,
}
use Verdict::{Invalid, KeyRejected, Valid};

/// What is special, the message, A, R, S, and the verdict.
const CASES: [(&str, &str, &str, &str, &str, Verdict); 12] = [
    (
        "0: S = 0, small A and R",
        "8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6",
        A_OF_ORDER_8,
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "0000000000000000000000000000000000000000000000000000000000000000",
        KeyRejected,
    ),
    (
        "1: small A, mixed R",
        "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
        A_OF_ORDER_8,
        "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
        "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
        KeyRejected,
    ),
    (
        "2: mixed A, small R",
        "aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab",
        A_OF_ORDER_L,
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e",
        Invalid,
    ),
    (
        "3: mixed A and R, which cancel out",
        "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
        A_OF_ORDER_8_L,
        "9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f",
        "87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009",
        Valid,
    ),
    (
        "4: mixed A and R, with the cofactor only",
        "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
        A_OF_ORDER_8_L,
        "160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed512",
        "5ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09",
        Invalid,
    ),
    (
        "5: mixed A, with the cofactor only, and 8 k not reduced",
        "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
        A_OF_ORDER_8_L,
        "21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7",
        "e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405",
        Invalid,
    ),
    (
        "6: S above L",
        "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
        A_OF_LARGE_S,
        "e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e",
        "547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514",
        Invalid,
    ),
    (
        "7: S far above L",
        "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
        A_OF_LARGE_S,
        "8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa1942",
        "7e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22",
        Invalid,
    ),
    (
        "8: small R, not canonical",
        "9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
        A_OF_ORDER_L,
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "03be9678ac102edcd92b0210bb34d7428d12ffc5df5f37e359941266a4e35f0f",
        Invalid,
    ),
    (
        "9: small R, not canonical, and canonical in the hash",
        "9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
        A_OF_ORDER_L,
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "ca8c5b64cd208982aa38d4936621a4775aa233aa0505711d8fdcfdaa943d4908",
        Invalid,
    ),
    (
        "10: small A, not canonical",
        "e96b7021eb39c1a163b6da4e3093dcd3f21387da4cc4572be588fafae23c155b",
        A_OF_MINUS_ZERO,
        "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc",
        "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
        KeyRejected,
    ),
    (
        "11: small A, not canonical, and canonical in the hash",
        "39a591f5321bbe07fd5a23dc2f39d025d74526615746727ceefd6e82ae65c06f",
        A_OF_MINUS_ZERO,
        "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc",
        "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
        KeyRejected,
    ),
];

#[test]
fn twelve_cases() {
    for (what, message, a, r, s, expected) in CASES {
        let (message, signature) = (hex(message), [hex(r), hex(s)].concat());
        let Ok(key) = PublicKey::from_der(&spki(&hex(a))) else {
            assert_eq!(expected, KeyRejected, "{what}");
            continue;
        };
        let key = key.verifying_key(SigningAlgorithm::Ed25519Sha512).unwrap();
        for key in [key.clone(), key.precomputed()] {
            let verdict = match key.verify(Message::Raw(&message), &signature) {
                Ok(()) => Valid,
                Err(Error::InvalidSignature) => Invalid,
                Err(other) => panic!("{what}: {other}"),
            };
            assert_eq!(verdict, expected, "{what}");
        }
    }
}
