"""The Merkle tree of RFC 6962, section 2.1: hashes, proofs, and how others verify them.

A proof is computed with `node(level, index)`, which gives the hash of the complete subtree of 2**level leaves that is
number `index` from the left.
"""

import hashlib

SIZE = 32  # bytes of a hash
EMPTY = hashlib.sha256(b"").digest()


def sha256(data):
    """The SHA-256 of bytes."""
    return hashlib.sha256(data).digest()


def leaf_hash(entry):
    """The hash of a leaf whose public bytes are `entry`."""
    return sha256(b"\x00" + entry)


def node_hash(left, right):
    """The hash of the node above two others."""
    return sha256(b"\x01" + left + right)


def split(hashes):
    """A sequence of hashes from the bytes that hold them one after another."""
    return [hashes[start : start + SIZE] for start in range(0, len(hashes), SIZE)]


# -- growing ----------------------------------------------------------------------------------------------------------


def append(peaks, index, hashed):
    """Add the leaf at `index` to the `peaks` of the tree before it, in place.

    Yields (level, number, hash) for each complete subtree that this leaf completes, itself (level 0) first.
    """
    level = 0
    yield level, index, hashed
    while index >> level & 1:
        hashed = node_hash(peaks.pop(), hashed)
        level += 1
        yield level, index >> level, hashed
    peaks.append(hashed)


def root_of_peaks(peaks):
    """The root of the tree whose complete subtrees, from left to right, have these hashes."""
    if not peaks:
        return EMPTY
    *others, hashed = peaks
    for peak in reversed(others):
        hashed = node_hash(peak, hashed)
    return hashed


def root(hashes):
    """The root of the tree above these leaf hashes."""
    peaks = []
    for index, hashed in enumerate(hashes):
        for _grown in append(peaks, index, hashed):
            pass
    return root_of_peaks(peaks)


# -- proofs -----------------------------------------------------------------------------------------------------------


def subtree(start, end, node):
    """The hash of the leaves from `start` to before `end`; `start` is where a subtree of that height begins."""
    size = end - start
    if size == 1 << size.bit_length() - 1:
        level = size.bit_length() - 1
        return node(level, start >> level)
    middle = start + _left(size)
    return node_hash(subtree(start, middle, node), subtree(middle, end, node))


def tree_root(size, node):
    """The root of the first `size` leaves."""
    return subtree(0, size, node) if size else EMPTY


def inclusion(index, size, node):
    """The hashes that prove that the leaf at `index` is in the tree of `size` leaves, from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError("There is no such leaf in this tree.")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _left(end - start)
        if index < middle:
            path.append(subtree(middle, end, node))
            end = middle
        else:
            path.append(subtree(start, middle, node))
            start = middle
    return path[::-1]


def consistency(old, size, node):
    """The hashes that prove that the tree of `size` leaves only added to that of its first `old` leaves."""
    if not 0 <= old <= size:
        raise ValueError("A tree does not shrink.")
    if old in (0, size):
        return []
    start, end, path = 0, size, []
    while end != old:
        middle = start + _left(end - start)
        if old <= middle:
            path.append(subtree(middle, end, node))
            end = middle
        else:
            path.append(subtree(start, middle, node))
            start = middle
    if start:
        path.append(subtree(start, end, node))
    return path[::-1]


def _left(size):
    """How many of `size` leaves are in the left subtree: the largest power of two below it."""
    return 1 << (size - 1).bit_length() - 1


# -- verifying --------------------------------------------------------------------------------------------------------


def root_from_inclusion(index, size, hashed, path):
    """The root that follows from a leaf's hash and its proof (RFC 9162, 2.1.3.2); None when the proof does not fit."""
    if not 0 <= index < size:
        return None
    last = size - 1
    for other in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            hashed = node_hash(other, hashed)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            hashed = node_hash(hashed, other)
        index, last = index >> 1, last >> 1
    return hashed if last == 0 else None


def is_included(index, size, hashed, path, root):
    """Whether `path` proves the leaf in the tree with this root."""
    return root_from_inclusion(index, size, hashed, path) == root


def is_consistent(old, size, old_root, root, path):
    """Whether `path` proves that the tree of `size` leaves continues that of `old` leaves (RFC 9162, 2.1.4.2)."""
    if old == size:
        return not path and old_root == root
    if old == 0:
        return not path and old_root == EMPTY
    if not 0 < old < size or not path:
        return False
    if old & (old - 1) == 0:
        path = [old_root, *path]
    index, last = old - 1, size - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    first = second = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            first, second = node_hash(other, first), node_hash(other, second)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            second = node_hash(second, other)
        index, last = index >> 1, last >> 1
    return last == 0 and first == old_root and second == root
