//! SHAKE256 of many messages at once: each lane takes the next message when it has finished one.

use alloc::vec;
use alloc::vec::Vec;

use super::States;
use super::permutation::STATE_WORDS;
use super::shake256::{BLOCK, Output, Shake256, first_64_bytes};
use crate::simd::{Backend, Lanes, Task};

/// The first 64 bytes of SHAKE256 of each message after the same `head`, which is shorter than a block (136 bytes).
///
/// # Panics
///
/// If the head is longer.
pub fn shake256_many(head: &[u8], messages: &[&[u8]]) -> Vec<[u8; 64]> {
    first_64_bytes_of_many(Backend::detect(), head, messages).collect()
}

pub(crate) fn first_64_bytes_of_many(
    backend: Backend,
    head: &[u8],
    messages: &[&[u8]],
) -> impl Iterator<Item = [u8; 64]> + use<> {
    absorb_many(backend, head, messages)
        .into_iter()
        .map(|state| first_64_bytes(&state))
}

/// The output of SHAKE256 of each message.
pub(crate) fn outputs_of_many(backend: Backend, messages: &[&[u8]]) -> impl Iterator<Item = Output> + use<> {
    let states = absorb_many(backend, &[], messages);
    states.into_iter().map(move |state| Output::new(backend, state))
}

/// The state with the first block of output, for each message.
fn absorb_many(backend: Backend, head: &[u8], messages: &[&[u8]]) -> Vec<[u64; STATE_WORDS]> {
    assert!(head.len() < BLOCK);
    let mut absorbed = vec![[0; STATE_WORDS]; messages.len()];
    backend.run_widest(AbsorbMany {
        backend,
        head,
        messages,
        absorbed: &mut absorbed,
    });
    absorbed
}

struct AbsorbMany<'a> {
    backend: Backend,
    head: &'a [u8],
    messages: &'a [&'a [u8]],
    absorbed: &'a mut [[u64; STATE_WORDS]],
}

/// A message in a lane.
#[derive(Clone, Copy)]
struct Work {
    /// The index of the message.
    message: usize,
    /// The number of blocks that were absorbed.
    blocks: usize,
}

impl Task for AbsorbMany<'_> {
    type Output = ();

    #[inline(always)]
    fn run<const N: usize, L: Lanes<N>>(self, lanes: L) {
        let mut states = States::<N>::new();
        let mut lanes_work = [None; N];
        let mut started = 0;
        loop {
            let mut busy = 0;
            for (lane, work) in lanes_work.iter_mut().enumerate() {
                if work.is_none() && started < self.messages.len() {
                    states.clear(lane);
                    *work = Some(Work {
                        message: started,
                        blocks: 0,
                    });
                    started += 1;
                }
                busy += usize::from(work.is_some());
            }
            if busy < 2 {
                // One state takes less time alone.
                for (lane, work) in lanes_work.iter_mut().enumerate() {
                    if let Some(work) = work.take() {
                        self.absorbed[work.message] = self.absorb_alone(work, states.output(lane));
                    }
                }
                if busy == 0 {
                    return;
                }
                continue;
            }
            let mut last = [false; N];
            for (lane, work) in lanes_work.iter_mut().enumerate() {
                if let Some(work) = work {
                    last[lane] = self.absorb_block(&mut states, lane, *work);
                    work.blocks += 1;
                }
            }
            states.permute(lanes);
            for (lane, work) in lanes_work.iter_mut().enumerate() {
                if last[lane]
                    && let Some(work) = work.take()
                {
                    self.absorbed[work.message] = states.output(lane);
                }
            }
        }
    }
}

impl AbsorbMany<'_> {
    /// Absorbs the next block, and returns whether it was the last.
    #[inline(always)]
    fn absorb_block<const N: usize>(&self, states: &mut States<N>, lane: usize, work: Work) -> bool {
        let message = self.messages[work.message];
        let (first, rest) = message.split_at(message.len().min(BLOCK - self.head.len()));
        if work.blocks > 0 {
            return states.absorb_shake256(lane, rest, work.blocks - 1);
        }
        let mut block = [0; BLOCK];
        let len = self.head.len() + first.len();
        block[..self.head.len()].copy_from_slice(self.head);
        block[self.head.len()..len].copy_from_slice(first);
        states.absorb_shake256(lane, &block[..len], 0)
    }

    /// The state after the rest of a message.
    fn absorb_alone(&self, work: Work, state: [u64; STATE_WORDS]) -> [u64; STATE_WORDS] {
        let mut hash = Shake256::after_blocks(self.backend, state);
        let message = self.messages[work.message];
        match (BLOCK * work.blocks).checked_sub(self.head.len()) {
            Some(absorbed) => hash.update(message.get(absorbed..).unwrap_or_default()),
            None => {
                hash.update(self.head);
                hash.update(message);
            }
        }
        hash.output().state()
    }
}
