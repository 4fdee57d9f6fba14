"""The public log without a database: hashes, proofs, tiles, canonical JSON, check codes."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.log import canonical, codes, merkle, tiles

# The entries and roots of Certificate Transparency's own tests of RFC 6962.
ENTRIES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
HASHES = [merkle.leaf_hash(number.to_bytes(4)) for number in range(70_000)]


def grown(size):
    """The tiles of a tree of `size` leaves, as `append_leaf` makes them: {(level, number): hashes}."""
    held, peaks = {}, []
    for index in range(size):
        for level, number, hashed in tiles.grown(peaks, index, HASHES[index]):
            held[level, number] = held.get((level, number), b"") + hashed
    return held


@pytest.fixture(scope="module")
def large():
    """The nodes of a tree with three levels of tiles."""
    return tiles.Nodes(grown(70_000))


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_certificate_transparency(size):
    hashes = [merkle.leaf_hash(entry) for entry in ENTRIES[:size]]
    assert merkle.root(hashes).hex() == ROOTS[size]


def test_tree_of_70000_has_the_tiles_of_the_specification():
    """c2sp.org/tlog-tiles names them."""
    held = grown(70_000)
    widths = [len(hashes) // merkle.SIZE for (level, _number), hashes in sorted(held.items()) if level == 0]
    assert widths == [256] * 273 + [112]
    assert [len(held[place]) // merkle.SIZE for place in ((1, 0), (1, 1), (2, 0))] == [256, 17, 1]
    assert len(held) == 274 + 3


@given(st.data())
def test_every_proof_of_inclusion_is_verified_and_no_other(large, data):
    size = data.draw(st.integers(1, 70_000))
    index = data.draw(st.integers(0, size - 1))
    wanted = set(tiles.above(index, size)) | set(tiles.above(size - 1, size))
    nodes = tiles.Nodes({place: large.tiles[place] for place in wanted})
    root, path = merkle.tree_root(size, nodes), merkle.inclusion(index, size, nodes)
    assert merkle.is_included(index, size, HASHES[index], path, root)
    assert not merkle.is_included(index, size, HASHES[(index + 1) % 70_000], path, root)
    assert not merkle.is_included(index, size, HASHES[index], [*path, HASHES[0]], root)
    for place in range(len(path)):
        wrong = [*path[:place], HASHES[0] if path[place] != HASHES[0] else HASHES[1], *path[place + 1 :]]
        assert not merkle.is_included(index, size, HASHES[index], wrong, root)
        assert not merkle.is_included(index, size, HASHES[index], path[:place], root)


@given(st.data())
def test_every_proof_of_consistency_is_verified_and_no_other(large, data):
    size = data.draw(st.integers(1, 70_000))
    old = data.draw(st.integers(0, size))
    wanted = set(tiles.above(max(old - 1, 0), size)) | set(tiles.above(size - 1, size))
    nodes = tiles.Nodes({place: large.tiles[place] for place in wanted})
    old_root, root = merkle.tree_root(old, nodes), merkle.tree_root(size, nodes)
    path = merkle.consistency(old, size, nodes)
    assert merkle.is_consistent(old, size, old_root, root, path)
    assert not merkle.is_consistent(old, size, HASHES[0] if old != 1 else HASHES[1], root, path)
    assert not merkle.is_consistent(old, size, old_root, root, [*path, HASHES[0]])
    for place in range(len(path)):
        assert not merkle.is_consistent(old, size, old_root, root, path[:place])


@given(st.integers(0, 300))
def test_growing_root_is_the_root_of_all(size):
    peaks = []
    for index in range(size):
        for _grown in merkle.append(peaks, index, HASHES[index]):
            pass
    node = tiles.Nodes(grown(size))
    assert merkle.root_of_peaks(peaks) == merkle.root(HASHES[:size]) == merkle.tree_root(size, node)
    assert len(peaks) == size.bit_count()


@pytest.mark.parametrize(("number", "path"), [(0, "000"), (999, "999"), (1000, "x001/000"), (1234067, "x001/x234/067")])
def test_tile_paths_are_those_of_the_specification(number, path):
    assert tiles.name(number) == path
    assert tiles.place(path) == (number, 256)
    assert tiles.place(f"{path}.p/255") == (number, 255)


@pytest.mark.parametrize(
    "path",
    ["", "1", "0000", "x000/001", "001/000", "x001/x000", "000.p/0", "000.p/256", "000.p/01", "000/", "x" * 99]
    + ["x001/" * 9 + "000", "０００"],
)
def test_other_ways_to_write_a_tile_are_refused(path):
    assert tiles.place(path) is None


def test_bundle_prefixes_each_entry_with_its_length():
    assert tiles.bundle([b"a", b"", b"x" * 256]) == b"\x00\x01a\x00\x00\x01\x00" + b"x" * 256


# -- canonical JSON ---------------------------------------------------------------------------------------------------

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-canonical.LARGEST, canonical.LARGEST)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner),
)


@settings(max_examples=30)
@given(VALUES)
def test_canonical_text_means_the_value_and_is_the_only_one(value):
    encoded = canonical.encode(value)
    assert json.loads(encoded) == value
    assert canonical.encode(json.loads(encoded)) == encoded


def test_canonical_text_is_that_of_rfc_8785():
    value = {"b": [1, True, None], "a": '€$\x0f\nA\'B"\\\\"/', "": {}}
    expected = '{"":{},"a":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/","b":[1,true,null]}'
    assert canonical.encode(value).decode() == expected


@pytest.mark.parametrize("value", [1.0, 2**53, -(2**53), {"键": 1}, {1: 1}, b"x", "\ud800", [{"a": 0.5}], {"a": {1}}])
def test_what_readers_could_disagree_about_is_refused(value):
    with pytest.raises(ValueError):
        canonical.encode(value)


# -- check codes ------------------------------------------------------------------------------------------------------

CODES = st.binary(min_size=32, max_size=32).map(codes.code)
CHARS = st.sampled_from(codes.ALPHABET)


@given(CODES, st.integers(0, 9), CHARS)
def test_one_wrong_character_is_found(code, place, char):
    wrong = code[:place] + char + code[place + 1 :]
    if wrong == code:
        assert codes.read(wrong) == code
    else:
        with pytest.raises(codes.Mistyped, match="check"):
            codes.read(wrong)


@given(CODES, st.integers(0, 9), st.integers(0, 9))
def test_two_that_changed_places_are_found(code, one, other):
    chars = list(code)
    chars[one], chars[other] = chars[other], chars[one]
    if code[one] != code[other]:
        with pytest.raises(codes.Mistyped, match="check"):
            codes.read("".join(chars))


@given(CODES)
def test_code_is_read_as_people_write_it(code):
    wide = "".join(chr(ord(char) + 0xFEE0) for char in code)
    loose = code.replace("0", "O").replace("1", "l")
    for typed in (
        code,
        codes.grouped(code),
        code.lower(),
        wide,
        f" {code[:3]} {code[3:7]}—{code[7:]}\n",
        loose.lower(),
        f"{codes.grouped(code)}。",
        f"{code[:5]}一{code[5:]}",
        f"核验码：{codes.grouped(code)}",
        f"核验码{code}",
        f"https://gongkai.example.cn/check/{codes.grouped(code)}/",
        f"https://gongkai.example.cn/check/?code={code}",
    ):
        assert codes.read(typed) == code


@pytest.mark.parametrize(
    ("text", "is_number"),
    [
        *((text, True) for text in ("柳溪居公〔2026〕3号", "柳溪居公[2026] 12号", "柳溪居公（2026）3号")),
        *((text, False) for text in ("ABCDE-FGHJK", "12345-67890", "核验码12345-67890")),
    ],
)
def test_the_number_of_a_notice_is_told_apart(text, is_number):
    assert codes.is_notice_number(text) is is_number


def test_code_is_45_bits_of_the_hash_and_a_check():
    assert codes.code(bytes(32)) == "0000000000"
    assert codes.code(b"\xff" * 32)[:9] == "ZZZZZZZZZ"
    assert len({codes.code(hashed) for hashed in HASHES[:5000]}) == 5000


@pytest.mark.parametrize(
    ("text", "reason", "position"),
    [("", "length", None), ("0000", "length", None), ("00000-000000", "length", None), ("0000?00000", "character", 5)]
    + [("00000-0000U", "character", 10), ("０核00000000", "character", 2)],
)
def test_what_is_wrong_with_a_typed_code_is_said(text, reason, position):
    with pytest.raises(codes.Mistyped) as mistyped:
        codes.read(text)
    assert (mistyped.value.reason, mistyped.value.position) == (reason, position)
