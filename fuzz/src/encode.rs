//! DER and big numbers, written a second time and without a look at the crate's own, to check it against.

/// An element of DER.
pub fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len().to_be_bytes();
    let significant = trim(&length);
    let mut bytes = vec![tag];
    match contents.len() {
        0..0x80 => bytes.push(significant.first().copied().unwrap_or(0)),
        _ => {
            bytes.push(0x80 | significant.len() as u8);
            bytes.extend(significant);
        }
    }
    bytes.extend(contents);
    bytes
}

pub fn sequence(elements: &[Vec<u8>]) -> Vec<u8> {
    element(0x30, &elements.concat())
}

/// An INTEGER of a number that is not negative, in big-endian bytes.
pub fn integer(number: &[u8]) -> Vec<u8> {
    let mut contents = trim(number).to_vec();
    if contents.first().is_none_or(|first| *first >= 0x80) {
        contents.insert(0, 0);
    }
    element(0x02, &contents)
}

pub fn object_identifier(arcs: &[u32]) -> Vec<u8> {
    let mut contents = vec![(arcs[0] * 40 + arcs[1]) as u8];
    for arc in &arcs[2..] {
        let groups = (0..5).rev().map(|group| (arc >> (7 * group)) as u8 & 0x7f);
        let mut groups: Vec<u8> = groups.skip_while(|group| *group == 0).collect();
        let last = groups.pop().unwrap_or(0);
        contents.extend(groups.iter().map(|group| group | 0x80));
        contents.push(last);
    }
    element(0x06, &contents)
}

/// The two numbers of `SEQUENCE { INTEGER, INTEGER }`. Lenient: it is only given what `element` can have written, with
/// changes.
pub fn numbers_of_pair(signature: &[u8]) -> Option<[Vec<u8>; 2]> {
    let body = match signature {
        [0x30, 0x81, _, body @ ..] => body,
        [0x30, _, body @ ..] => body,
        _ => return None,
    };
    let [0x02, length, rest @ ..] = body else { return None };
    let (r, rest) = rest.split_at_checked(usize::from(*length))?;
    let [0x02, length, rest @ ..] = rest else { return None };
    let (s, _) = rest.split_at_checked(usize::from(*length))?;
    Some([trim(r).to_vec(), trim(s).to_vec()])
}

pub fn pair(numbers: &[Vec<u8>; 2]) -> Vec<u8> {
    sequence(&[integer(&numbers[0]), integer(&numbers[1])])
}

/// a + b, both big-endian.
pub fn add(a: &[u8], b: &[u8]) -> Vec<u8> {
    combine(a, b, |digit, carry, other| digit + carry + other)
}

/// a - b, both big-endian; modulo a power of 256 if b is greater.
pub fn subtract(a: &[u8], b: &[u8]) -> Vec<u8> {
    combine(a, b, |digit, carry, other| digit + carry - other)
}

fn combine(a: &[u8], b: &[u8], operation: fn(i32, i32, i32) -> i32) -> Vec<u8> {
    let length = a.len().max(b.len()) + 1;
    let digit = |number: &[u8], at: usize| number.iter().rev().nth(at).map_or(0, |digit| i32::from(*digit));
    let mut carry = 0;
    let mut result = vec![0; length];
    for at in 0..length {
        let sum = operation(digit(a, at), carry, digit(b, at));
        result[length - 1 - at] = sum.rem_euclid(256) as u8;
        carry = sum.div_euclid(256);
    }
    trim(&result).to_vec()
}

/// Without leading zeros.
pub fn trim(number: &[u8]) -> &[u8] {
    &number[number.iter().take_while(|digit| **digit == 0).count()..]
}
