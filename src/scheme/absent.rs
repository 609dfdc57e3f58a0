//! A disabled family: its types are uninhabited, so no code here ever runs.
//!
//! This file takes the place of the file of every disabled family, and each family uses a part of it.
#![allow(dead_code, reason = "each family has methods that others lack")]
#![allow(clippy::duplicate_mod, reason = "each family that is left out has types of its own")]

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::convert::Infallible;
use core::marker::PhantomData;

use super::BadKey;
use super::hash::{Hashed, Hasher as AnyHasher, Input};

#[derive(Clone, Debug)]
pub(crate) enum PublicKey {}

#[derive(Debug)]
pub(crate) struct Signature<'k>(Infallible, PhantomData<&'k PublicKey>);

#[derive(Clone, Debug)]
pub(crate) enum Hasher {}

impl PublicKey {
    pub(crate) fn new(_: &[u8]) -> Result<Self, BadKey> {
        Err(BadKey::NotBuilt)
    }

    pub(crate) fn with<P>(_: P, _: &[u8]) -> Result<Self, BadKey> {
        Err(BadKey::NotBuilt)
    }

    pub(crate) fn precomputed(&self) -> Self {
        match *self {}
    }

    pub(crate) fn table_size(&self) -> usize {
        match *self {}
    }

    /// Of ECDSA.
    pub(crate) fn decompress<P>(_: P, _: &[u8], _: bool) -> Option<Vec<u8>> {
        None
    }

    /// Of RSA, ECDSA, Ed25519 and ML-DSA.
    pub(crate) fn verify_many<P>(&self, _: P, _: &[(Input<'_>, &[u8])]) -> Vec<bool> {
        match *self {}
    }

    /// Of RSA.
    pub(crate) fn encoded_message(&self, _: &[u8]) -> Option<Box<[u8]>> {
        match *self {}
    }

    /// Of ML-DSA.
    pub(crate) fn shake256(&self, _: &[&[u8]]) -> [u8; 64] {
        match *self {}
    }

    /// Of SM2.
    pub(crate) fn sm3(&self, _: &[u8]) -> [u8; 32] {
        match *self {}
    }

    /// Of ML-DSA.
    pub(crate) fn mu(&self, _: &[u8]) -> [u8; 64] {
        match *self {}
    }

    /// Of SM2.
    pub(crate) fn digest(&self, _: &[u8], _: &[u8]) -> Option<[u8; 32]> {
        match *self {}
    }
}

impl<'k> Signature<'k> {
    pub(crate) fn decode<P>(key: &'k PublicKey, _: P, _: &[u8]) -> Option<Self> {
        match *key {}
    }

    pub(crate) fn hasher(&self) -> AnyHasher {
        match self.0 {}
    }

    pub(crate) fn holds(&self, _: &[u8]) -> bool {
        match self.0 {}
    }

    /// Of ECDSA.
    pub(crate) fn to_der_with_low_s(&self) -> Vec<u8> {
        match self.0 {}
    }

    /// Of ECDSA.
    pub(crate) fn signers(&self, _: &[u8]) -> Vec<Vec<u8>> {
        match self.0 {}
    }

    /// Of Ed25519.
    pub(crate) fn holds_for_prehash(&self, _: &[u8]) -> bool {
        match self.0 {}
    }
}

impl Hasher {
    pub(crate) fn update(&mut self, _: &[u8]) {
        match *self {}
    }

    pub(crate) fn finish(self) -> Hashed {
        match self {}
    }
}
