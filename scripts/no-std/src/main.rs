//! Verifies a signature of KMS with an allocator and a panic handler of its own, and without the standard library.
//!
//! The exit status is 0 if the signature is accepted and a changed message is rejected.

#![no_std]
#![no_main]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicUsize, Ordering};

use kms_verify::{Error, Message, SigningAlgorithm, verify_kms_signature};

const VECTOR: [&[u8]; 3] = [
    include_bytes!("../../../tests/vectors/kms/eksa-bundle-minimal/public_key.pem"),
    include_bytes!("../../../tests/vectors/kms/eksa-bundle-minimal/message.bin"),
    include_bytes!("../../../tests/vectors/kms/eksa-bundle-minimal/signature.bin"),
];

const HEAP: usize = 4 << 20;

/// Allocates from one block, and never frees.
struct Bump {
    heap: UnsafeCell<[u8; HEAP]>,
    used: AtomicUsize,
}

// SAFETY: the block is split into pieces that do not overlap, by an atomic counter.
unsafe impl Sync for Bump {}

// SAFETY: every piece is aligned, lies in the block, and is returned once.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let length = layout.size() + layout.align();
        let start = self.used.fetch_add(length, Ordering::Relaxed);
        if start + length > HEAP {
            return null_mut();
        }
        let block = self.heap.get().cast::<u8>();
        // SAFETY: `start + length` is in the block, and aligning adds less than the alignment.
        unsafe {
            let piece = block.add(start);
            piece.add(piece.align_offset(layout.align()))
        }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static ALLOCATOR: Bump = Bump {
    heap: UnsafeCell::new([0; HEAP]),
    used: AtomicUsize::new(0),
};

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    abort()
}

/// Called by the start-up code of the C library. The result is the exit status.
#[unsafe(no_mangle)]
extern "C" fn main() -> i32 {
    let [public_key, message, signature] = VECTOR;
    let verify = |message| {
        verify_kms_signature(
            public_key,
            SigningAlgorithm::EcdsaSha256,
            Message::Raw(message),
            signature,
        )
    };
    match (verify(message), verify(b"another message")) {
        (Ok(()), Err(Error::InvalidSignature)) => 0,
        _ => 1,
    }
}

/// Referenced by the compiled `alloc`, but never called: a panic aborts.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

/// Likewise.
#[unsafe(no_mangle)]
extern "C" fn _Unwind_Resume() -> ! {
    abort()
}

// Memory functions and start-up code come from the C library.
#[link(name = "c")]
unsafe extern "C" {
    safe fn abort() -> !;
}
