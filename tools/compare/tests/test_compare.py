"""`loss-parity compare` against NumPy, on files that NumPy writes; LOSS_PARITY is its path."""

import io
import json
import os
import subprocess
import zipfile
import zlib
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

pytestmark = pytest.mark.skipif("LOSS_PARITY" not in os.environ, reason="needs the built command")

REALS = ["f2", "f4", "f8", ">f2", ">f4", ">f8"]
INTEGERS = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", ">i2", ">i4", ">i8", ">u4", ">u8"]
COMPLEX = ["c8", "c16", ">c8", ">c16"]
# One folder for all examples of a test: each writes the same files anew.
lenient = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def compare(*arguments: object, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [os.environ["LOSS_PARITY"], "compare", *map(str, arguments)]
    result = subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=60)
    # A crash is a negative code, or a trap's message.
    assert result.returncode in range(5), result.stderr.decode()
    return result


def report(folder: Path, *arguments: object) -> tuple[int, dict]:
    path = folder / "report.json"
    status = compare(*arguments, "--report", f"json={path}").returncode
    return status, json.loads(path.read_text())


def save(path: Path, array: np.ndarray, version: tuple[int, int]) -> Path:
    with path.open("wb") as file:
        np.lib.format.write_array(file, array, version=version)
    return path


@st.composite
def pairs(draw: st.DrawFn, dtypes: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Two arrays of one shape that agree in most elements, each in an order of its own."""
    shape = draw(hnp.array_shapes(min_dims=0, max_dims=4, min_side=1, max_side=6))
    dtype = np.dtype(draw(st.sampled_from(dtypes)))
    expected = draw(hnp.arrays(dtype, shape))
    actual = expected.copy()
    count = expected.size
    for place in draw(st.lists(st.integers(0, count - 1), max_size=4)):
        other = draw(hnp.from_dtype(dtype.newbyteorder("=")))
        actual.reshape(-1)[place] = other
    if dtype.kind == "f" and draw(st.booleans()):
        factor = dtype.type(1) + np.finfo(dtype).eps * dtype.type(draw(st.integers(0, 5)))
        with np.errstate(all="ignore"):
            actual = (actual * factor).astype(dtype)
    orders = [draw(st.sampled_from("CF")) for _ in range(2)]
    return np.asarray(actual, order=orders[0]), np.asarray(expected, order=orders[1])


def mismatches(
    actual: np.ndarray, expected: np.ndarray, rtol: float, atol: float, equal_nan: bool
) -> np.ndarray:
    """Where `numpy.testing.assert_allclose` fails, in float64."""
    wide = "c16" if actual.dtype.kind == "c" else "f8"
    with np.errstate(all="ignore"):
        return ~np.isclose(
            actual.astype(wide), expected.astype(wide), rtol=rtol, atol=atol, equal_nan=equal_nan
        )


TOLERANCES = st.sampled_from([0.0, 1e-7, 1e-3, 0.5])
VERSIONS = st.sampled_from([(1, 0), (2, 0), (3, 0)])


@lenient
@given(pairs(REALS), TOLERANCES, TOLERANCES, st.booleans(), VERSIONS)
def test_reals_are_judged_as_numpy_does(
    tmp_path: Path,
    arrays: tuple[np.ndarray, np.ndarray],
    rtol: float,
    atol: float,
    equal_nan: bool,
    version: tuple[int, int],
) -> None:
    actual, expected = arrays
    first = save(tmp_path / "actual.npy", actual, version)
    second = save(tmp_path / "expected.npy", expected, (1, 0))
    flag = "--equal-nan" if equal_nan else "--no-equal-nan"
    status, result = report(tmp_path, first, second, "--rtol", rtol, "--atol", atol, flag)
    wrong = mismatches(actual, expected, rtol, atol, equal_nan)
    assert status == (1 if wrong.any() else 0)
    array = result["arrays"][0]
    elements = array["elements"]
    assert array["actual"] == {
        "dtype": actual.dtype.newbyteorder("=").name,
        "shape": list(actual.shape),
    }
    assert elements["count"] == expected.size
    assert elements["mismatched"] == np.count_nonzero(wrong)
    nan = np.isnan(actual) | np.isnan(expected)
    infinite = np.isinf(actual) | np.isinf(expected)
    assert elements["mismatched_nan"] == np.count_nonzero(wrong & nan)
    assert elements["mismatched_infinity"] == np.count_nonzero(wrong & infinite & ~nan)
    assert (
        sum(bin["count"] for bin in elements["histogram"]) + elements["non_finite"] == expected.size
    )
    if wrong.any():
        places = np.argwhere(wrong)
        box = [[int(axis.min()), int(axis.max())] for axis in places.T]
        assert elements["place"] == box
        for element in elements["worst"]:
            assert wrong[tuple(element["index"])]
    numbers = np.isfinite(actual) & np.isfinite(expected)
    if not numbers.any():
        return
    with np.errstate(all="ignore"):
        error = np.where(numbers, np.abs(actual.astype("f8") - expected.astype("f8")), 0)
        allowed = atol + rtol * np.abs(expected.astype("f8"))
        used = np.where(numbers & wrong, error / allowed, 0)
    if np.isfinite(error.max()) and error.max() > 0:
        largest = elements["largest_error"]
        assert largest["error"] == error.max()
        assert error[tuple(largest["index"])] == error.max()
    failing = [element for element in elements["worst"] if element["kind"] == "number"]
    if failing and np.isfinite(used.max()):
        assert float(failing[0]["tolerance_used"]) == used.max()
        assert used[tuple(failing[0]["index"])] == used.max()
    sufficient = elements["sufficient"]
    for name, option in [("rtol", "--rtol"), ("atol", "--atol"), ("ulp", "--ulp")]:
        value = sufficient.get(name)
        if value is None or isinstance(value, str) or (name == "ulp" and value > 2**53):
            continue
        assert compare(first, second, option, repr(value), flag).returncode == 0, (name, value)


@lenient
@given(pairs(INTEGERS), VERSIONS)
@example((np.array([2**63 - 1]), np.array([2**63 - 2])), (1, 0))
@example((np.array([2**64 - 1], "u8"), np.array([0], "u8")), (1, 0))
def test_integers_must_be_equal(
    tmp_path: Path, arrays: tuple[np.ndarray, np.ndarray], version: tuple[int, int]
) -> None:
    actual, expected = arrays
    first = save(tmp_path / "actual.npy", actual, version)
    second = save(tmp_path / "expected.npy", expected, version)
    status, result = report(tmp_path, first, second)
    wrong = actual != expected
    assert status == (1 if wrong.any() else 0)
    elements = result["arrays"][0]["elements"]
    assert elements["mismatched"] == np.count_nonzero(wrong)
    for element in elements["worst"]:
        index = tuple(element["index"])
        assert element["actual"] == actual[index].item()
        assert element["expected"] == expected[index].item()
    if wrong.any():
        exact = [abs(int(a) - int(e)) for a, e in zip(actual.ravel(), expected.ravel())]
        assert elements["largest_error"]["error"] == float(max(exact))


@lenient
@given(pairs(COMPLEX), TOLERANCES, st.booleans())
def test_complex_numbers_are_judged_as_numpy_does(
    tmp_path: Path, arrays: tuple[np.ndarray, np.ndarray], rtol: float, equal_nan: bool
) -> None:
    actual, expected = arrays
    first = save(tmp_path / "actual.npy", actual, (1, 0))
    second = save(tmp_path / "expected.npy", expected, (1, 0))
    flag = "--equal-nan" if equal_nan else "--no-equal-nan"
    status, result = report(tmp_path, first, second, "--rtol", rtol, flag)
    wrong = mismatches(actual, expected, rtol, 0, equal_nan)
    with np.errstate(all="ignore"):
        wide = [part.astype("c16") for part in (actual, expected)]
        error, allowed = np.abs(wide[0] - wide[1]), rtol * np.abs(wide[1])
    # hypot and ours may differ in the last bit.
    if np.any(np.isfinite(error) & (np.abs(error - allowed) <= 1e-14 * allowed) & (error > 0)):
        return
    assert result["arrays"][0]["elements"]["mismatched"] == np.count_nonzero(wrong)
    assert status == (1 if wrong.any() else 0)


@lenient
@given(pairs(["f2", "f4", "f8", ">f4"]), st.integers(0, 6))
def test_ulps_are_steps_between_finite_numbers(
    tmp_path: Path, arrays: tuple[np.ndarray, np.ndarray], limit: int
) -> None:
    actual, expected = arrays
    first = save(tmp_path / "actual.npy", actual, (1, 0))
    second = save(tmp_path / "expected.npy", expected, (1, 0))
    status, result = report(tmp_path, first, second, "--ulp", limit)
    native = expected.dtype.newbyteorder("=")

    def ordinals(array: np.ndarray) -> list[int]:
        size = native.itemsize * 8
        bits = np.ascontiguousarray(array.astype(native)).view(f"u{size // 8}").ravel()
        top = 1 << (size - 1)
        return [int(b) if b < top else -(int(b) - top) for b in map(int, bits)]

    wrong = 0
    for a, e, x, y in zip(
        actual.astype(native).ravel(),
        expected.astype(native).ravel(),
        ordinals(actual),
        ordinals(expected),
    ):
        if np.isfinite(a) and np.isfinite(e):
            wrong += abs(x - y) > limit
        else:
            wrong += not (a == e or (np.isnan(a) and np.isnan(e)))
    assert result["arrays"][0]["elements"]["mismatched"] == wrong
    assert status == (1 if wrong else 0)


def test_bfloat16_is_read_as_two_bytes_of_no_type(tmp_path: Path) -> None:
    numbers = np.array([1.5, -2, np.nan, np.inf, 1e-40], "f4")
    bits = (numbers.view("u4") >> 16).astype("<u2")
    np.save(tmp_path / "actual.npy", bits.view("V2"))
    (tmp_path / "expected.json").write_text("[1.5, -2, NaN, Infinity, 1e-40]")
    status, result = report(tmp_path, tmp_path / "actual.npy", tmp_path / "expected.json")
    assert status == 0
    assert result["arrays"][0]["expected"] == {"dtype": "bfloat16", "shape": [5]}


def test_all_halves_are_read_exactly(tmp_path: Path) -> None:
    halves = np.arange(2**16, dtype="u2").view("f2")
    np.save(tmp_path / "actual.npy", halves)
    np.save(tmp_path / "expected.npy", halves.astype("f4"))
    arguments = [tmp_path / "actual.npy", tmp_path / "expected.npy", "--allow-dtype", "--rtol", 0]
    status, result = report(tmp_path, *arguments)
    assert status == 0, result


# MARK: Sizes, orders, threads


@pytest.mark.parametrize("orders", ["CC", "FF", "CF", "FC"])
def test_large_arrays_are_compared_in_chunks(tmp_path: Path, orders: str) -> None:
    random = np.random.default_rng(5)
    expected = random.normal(size=(3, 1500, 701)).astype("f4")
    actual = expected * (1 + random.normal(size=expected.shape).astype("f4") * np.float32(3e-7))
    actual = actual.astype("f4")
    bad = [(0, 0, 0), (1, 749, 350), (2, 1499, 700)]
    for factor, place in enumerate(bad):
        actual[place] = expected[place] + factor + 1
    np.save(tmp_path / "actual.npy", np.asarray(actual, order=orders[0]))
    np.save(tmp_path / "expected.npy", np.asarray(expected, order=orders[1]))
    status, result = report(tmp_path, tmp_path / "actual.npy", tmp_path / "expected.npy")
    elements = result["arrays"][0]["elements"]
    assert status == 1
    wide, wanted = actual.astype("f8"), expected.astype("f8")
    error = np.abs(wide - wanted)
    used = error / (1e-5 + 1.3e-6 * np.abs(wanted))
    assert elements["count"] == expected.size
    assert [tuple(e["index"]) for e in elements["worst"]] == sorted(bad, key=lambda i: -used[i])
    passing = np.where(used <= 1, used, 0)
    assert elements["worst_passing"]["tolerance_used"] == pytest.approx(passing.max(), rel=1e-15)
    relative = error / np.abs(wanted)
    assert elements["largest_relative_error"]["relative_error"] == pytest.approx(
        relative.max(), rel=1e-15
    )
    ends = [0, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000, np.inf]
    counts, below = [], 0
    for end in ends:
        upto = np.count_nonzero(used <= end)
        counts.append(upto - below)
        below = upto
    found = [bin["count"] for bin in elements["histogram"]]
    # A quotient may round to the other side of a bin's end.
    assert np.abs(np.subtract(found, counts)).max() <= 1
    steps = [part.view("i4").astype("i8") for part in (actual, expected)]
    ordered = [np.where(part < 0, -(2**31) - part, part) for part in steps]
    assert elements["sufficient"]["ulp"] == np.abs(ordered[0] - ordered[1]).max()


def test_archives_are_paired_by_name(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    weights = random.normal(size=(300, 400))
    np.savez(tmp_path / "a.npz", w=weights, b=np.arange(4), mine=np.zeros(1))
    np.savez_compressed(tmp_path / "b.npz", w=weights.T.copy().T, b=np.arange(4), yours=np.zeros(1))
    status, result = report(tmp_path, tmp_path / "a.npz", tmp_path / "b.npz")
    assert status == 1
    assert result["only_actual"] == ["mine"]
    assert result["only_expected"] == ["yours"]
    assert [array["name"] for array in result["arrays"]] == ["b", "w"]
    assert all(array["passed"] for array in result["arrays"])
    names = ["--array", "w", "--array", "b"]
    assert compare(tmp_path / "a.npz", tmp_path / "b.npz", *names).returncode == 0
    assert compare(tmp_path / "a.npz", tmp_path / "b.npz", "--array", "mine").returncode == 2


@lenient
@given(
    st.lists(st.integers(0, 255), max_size=60),
    st.integers(1, 3000),
    st.integers(0, 9),
    st.sampled_from([zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE]),
)
def test_whatever_zlib_deflates_is_inflated(
    tmp_path: Path, piece: list[int], repeats: int, level: int, strategy: int
) -> None:
    array = np.array(piece * repeats, "u1")
    member = io.BytesIO()
    np.save(member, array)
    plain = member.getvalue()
    deflater = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy)
    deflated = deflater.compress(plain) + deflater.flush()
    (tmp_path / "a.npz").write_bytes(archive("x.npy", deflated, len(plain), zlib.crc32(plain)))
    np.save(tmp_path / "b.npy", array)
    status = compare(tmp_path / "a.npz", tmp_path / "b.npy").returncode
    assert status == (0 if array.size else 4)


def archive(name: str, data: bytes, size: int, crc: int, method: int = 8) -> bytes:
    """An archive of one member, of which every field may be a lie."""
    path = name.encode()
    common = [20, 0, method, 0, 33, crc, len(data), size]

    def pack(*fields: tuple[int, int]) -> bytes:
        return b"".join(value.to_bytes(count, "little") for value, count in fields)

    sizes = [2, 2, 2, 2, 2, 4, 4, 4]
    shared = pack(*zip(common, sizes), (len(path), 2), (0, 2))
    local = b"PK\3\4" + shared + path + data
    entry = b"PK\1\2" + pack((20, 2)) + shared + pack((0, 2), (0, 2), (0, 2), (0, 4), (0, 4)) + path
    end = b"PK\5\6" + pack((0, 2), (0, 2), (1, 2), (1, 2), (len(entry), 4), (len(local), 4), (0, 2))
    return local + entry + end


def test_zip64_members_are_read(tmp_path: Path) -> None:
    array = np.arange(100.0)
    with (
        zipfile.ZipFile(tmp_path / "a.npz", "w") as file,
        file.open("x.npy", "w", force_zip64=True) as member,
    ):
        np.lib.format.write_array(member, array)
    np.save(tmp_path / "b.npy", array)
    assert compare(tmp_path / "a.npz", tmp_path / "b.npy").returncode == 0


# MARK: Text


@pytest.mark.parametrize(
    "text",
    [
        "[[0.5, NaN], [Infinity, -Infinity]]",
        '[[0.5, "NaN"], ["Infinity", "-Infinity"]]',
        "[[0.5 nan]\n [inf -inf]]",
        "array([[ 0.5,  nan],\n       [ inf, -inf]], dtype=float32)",
    ],
)
def test_text_is_read_as_people_write_it(tmp_path: Path, text: str) -> None:
    np.save(tmp_path / "e.npy", np.array([[0.5, np.nan], [np.inf, -np.inf]], "f4"))
    assert compare("-", tmp_path / "e.npy", stdin=text.encode()).returncode == 0
    assert compare(tmp_path / "e.npy", "-", stdin=text.encode()).returncode == 0


def test_text_takes_the_dtype_of_the_other_side(tmp_path: Path) -> None:
    np.save(tmp_path / "f.npy", np.array([0.1, 2], "f4"))
    np.save(tmp_path / "i.npy", np.array([2**63 - 1, 1]))
    np.save(tmp_path / "b.npy", np.array([True, False]))
    for name, text, status in [
        ("f", b"[0.1, 2]", 0),
        ("i", b"[9223372036854775807, 1]", 0),
        ("i", b"[9223372036854775806, 1]", 1),
        ("b", b"[true, false]", 0),
        ("b", b"[1, 0]", 1),
        ("i", b"[1.5, 1]", 1),
    ]:
        path = tmp_path / f"{name}.npy"
        exact = compare("-", path, "--rtol", 0, stdin=text)
        assert exact.returncode == status, (text, exact.stdout)


# MARK: Verdicts besides elements


def test_tolerances_for_each_element(tmp_path: Path) -> None:
    np.save(tmp_path / "e.npy", np.array([[1.0, 2], [3, 4]]))
    np.save(tmp_path / "a.npy", np.array([[1.5, 2], [3, 4.25]]))
    np.save(tmp_path / "t.npy", np.array([[0.5, 0], [0, 0.25]]))
    files = [tmp_path / "a.npy", tmp_path / "e.npy"]
    assert compare(*files, "--tolerance", tmp_path / "t.npy").returncode == 0
    assert compare(*files, "--tolerance", "-", stdin=b"0.5").returncode == 0
    assert compare(*files, "--tolerance", "-", stdin=b"0.3").returncode == 1
    assert compare(*files, "--tolerance", "-", stdin=b"[[0.5, 0], [0, 0.2]]").returncode == 1
    assert compare(*files, "--tolerance", "-", stdin=b"[0.5, 0]").returncode == 3
    assert compare(*files, "--tolerance", "-", stdin=b"-1").returncode == 3
    assert compare(*files, "--tolerance", "-", stdin=b"[[NaN, 0], [0, 1]]").returncode == 3


def test_dtype_and_shape_are_told_before_numbers(tmp_path: Path) -> None:
    wide = np.arange(6.0).reshape(2, 3)
    np.save(tmp_path / "e.npy", wide)
    np.save(tmp_path / "narrow.npy", wide.astype("f4"))
    np.save(tmp_path / "flat.npy", wide.ravel())
    np.save(tmp_path / "one.npy", wide[:1])
    narrow = compare(tmp_path / "narrow.npy", tmp_path / "e.npy")
    assert narrow.returncode == 1
    assert b"the numbers agree (--allow-dtype" in narrow.stdout
    assert compare(tmp_path / "narrow.npy", tmp_path / "e.npy", "--allow-dtype").returncode == 0
    flat = compare(tmp_path / "flat.npy", tmp_path / "e.npy")
    assert flat.returncode == 1
    assert b"only the shape differs" in flat.stdout
    one = compare(tmp_path / "one.npy", tmp_path / "e.npy")
    assert b"axis 0 has 1 instead of 2" in one.stdout
    np.save(tmp_path / "empty.npy", np.zeros((0, 3)))
    empty = compare(tmp_path / "empty.npy", tmp_path / "empty.npy")
    assert (empty.returncode, b"NOTHING COMPARED" in empty.stdout) == (4, True)
    assert compare(tmp_path / "empty.npy", tmp_path / "e.npy").returncode == 1


PATTERNS = {
    "ratio": lambda x: x / x.shape[1],
    "offset": lambda x: x + 0.25,
    "sign": lambda x: -x,
    "transposed": lambda x: np.ascontiguousarray(x.transpose(2, 0, 1)),
    "other_order": lambda x: x.ravel(order="F").reshape(x.shape),
    "reversed": lambda x: x[:, ::-1],
    "permutation": lambda x: np.roll(x, 1, axis=0),
    "reshaped": lambda x: x.reshape(-1, 1),
    "narrower": lambda x: x.astype("f2").astype(x.dtype),
    "saturation": lambda x: np.where(x > 2, 0, np.maximum(x, 0.25)),
    "constant": lambda x: np.full_like(x, 0.5),
}


@pytest.mark.parametrize("kind", PATTERNS)
def test_patterns_are_found(tmp_path: Path, kind: str) -> None:
    expected = np.random.default_rng(3).normal(size=(3, 4, 5)).astype("f4")
    np.save(tmp_path / "e.npy", expected)
    np.save(tmp_path / "a.npy", PATTERNS[kind](expected))
    status, result = report(tmp_path, tmp_path / "a.npy", tmp_path / "e.npy")
    found = result["arrays"][0]["patterns"]
    assert status == 1
    assert found and found[0]["kind"] == kind, found
    text = compare(tmp_path / "a.npy", tmp_path / "e.npy").stdout
    assert text.startswith(b"PATTERN"), text
    if kind == "ratio":
        assert found[0]["name"] == "1 / 4, the extent of axis 1"
    if kind == "transposed":
        assert found[0]["axes"] == [2, 0, 1]


def test_unrelated_arrays_have_no_pattern(tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    np.save(tmp_path / "e.npy", random.normal(size=(7, 9)).astype("f4"))
    np.save(tmp_path / "a.npy", random.normal(size=(7, 9)).astype("f4"))
    _, result = report(tmp_path, tmp_path / "a.npy", tmp_path / "e.npy")
    assert result["arrays"][0]["patterns"] == []


# MARK: Damaged files


def refused(folder: Path, data: bytes, *words: str) -> None:
    np.save(folder / "good.npy", np.zeros(2))
    (folder / "bad").write_bytes(data)
    result = compare(folder / "bad", folder / "good.npy")
    message = result.stderr.decode()
    assert result.returncode == 3, (result.stdout, message)
    assert "bad" in message and message.count("\n") == 1, message
    for word in words:
        assert word in message, message


def npy(descr: str, shape: str, data: bytes = b"", fortran: str = "False") -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header + data


def test_damaged_and_foreign_files_are_refused(tmp_path: Path) -> None:
    good = npy("'<f8'", "(2,)", bytes(16))
    refused(tmp_path, b"", "empty")
    refused(tmp_path, good[:30], "cut off")
    refused(tmp_path, good[:-1], "15 bytes of elements")
    refused(tmp_path, good + b"\0", "17 bytes of elements")
    refused(tmp_path, good.replace(b"NUMPY\1", b"NUMPY\x09"), "version 9.0")
    refused(tmp_path, npy("'<f8'", "(99999999999, 99999999999)"), "more elements")
    refused(tmp_path, npy("'<f8'", "(4611686018427387904,)"), "more elements")
    refused(tmp_path, npy("'<f8'", "(-1,)"), "not understood")
    refused(tmp_path, npy("'<f16'", "(1,)", bytes(16)), "longdouble")
    refused(tmp_path, npy("'|O'", "(1,)", bytes(8)), "Python objects")
    refused(tmp_path, npy("'<U3'", "(1,)", bytes(12)), "strings")
    refused(tmp_path, npy("'<M8[s]'", "(1,)", bytes(8)), "times")
    refused(tmp_path, npy("[('a', '<f4'), ('b', ')')]", "(1,)", bytes(8)), "structured")
    refused(tmp_path, b"[1, 2", "not closed")
    refused(tmp_path, b"[" * 100_000, "too deeply")
    refused(tmp_path, b"[[1, 2], [3]]", "different lengths")
    refused(tmp_path, b"[1 ... 2]", "left out")
    refused(tmp_path, b"[1e999]", "no number")
    refused(tmp_path, b' {"a": [1]}', "JSON object")
    refused(tmp_path, b"[null]", "no number")
    refused(tmp_path, b"\xff\xfe", "text")


def test_damaged_archives_are_refused(tmp_path: Path) -> None:
    plain = npy("'<f8'", "(2,)", bytes(16))
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    deflated = deflater.compress(plain) + deflater.flush()
    crc = zlib.crc32(plain)
    size = len(plain)
    refused(tmp_path, archive("x.npy", deflated, size, crc ^ 1), "CRC-32")
    refused(tmp_path, archive("x.npy", plain, size, crc ^ 1, method=0), "CRC-32")
    refused(tmp_path, archive("x.npy", plain, size + 1, crc, method=0), "two sizes")
    refused(tmp_path, archive("x.npy", deflated, size + 8, crc), "bytes of elements")
    refused(tmp_path, archive("x.npy", deflated, 2**32 - 2, crc), "bytes of elements")
    refused(tmp_path, archive("x.npy", deflated + b"\0", size, crc), "follows")
    refused(tmp_path, archive("x.npy", deflated[:-3], size, crc), "cut off")
    refused(tmp_path, archive("x.npy", b"\7" + deflated, size, crc), "damaged")
    refused(tmp_path, archive("x.npy", plain, size, crc, method=12), "method 12")
    refused(tmp_path, archive("x.txt", plain, size, crc, method=0), "no array")
    whole = archive("x.npy", deflated, size, crc)
    refused(tmp_path, whole[:-30], "cut off")
    refused(tmp_path, whole[:40] + whole[60:])
    # A bomb: its header promises 16 bytes of elements, its data a gigabyte.
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = deflater.compress(plain + bytes(1 << 26)) + deflater.flush()
    refused(tmp_path, archive("x.npy", bomb, size, crc), "more than")


@settings(parent=lenient, max_examples=80)
@given(
    st.sampled_from(["npy", "npz", "deflated", "text"]),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_changed_bytes_never_crash(
    tmp_path: Path, kind: str, changes: list[tuple[int, int]]
) -> None:
    array = np.linspace(0, 1, 12).reshape(3, 4)
    np.save(tmp_path / "good.npy", array)
    buffer = io.BytesIO()
    writers = {
        "npy": lambda: np.save(buffer, array),
        "npz": lambda: np.savez(buffer, x=array),
        "deflated": lambda: np.savez_compressed(buffer, x=np.repeat(array, 3, axis=0)),
        "text": lambda: buffer.write(json.dumps(array.tolist()).encode()),
    }
    writers[kind]()
    data = bytearray(buffer.getvalue())
    for place, byte in changes:
        data[place % len(data)] = byte
    (tmp_path / "bad").write_bytes(data)
    compare(tmp_path / "bad", tmp_path / "good.npy")
    compare(tmp_path / "good.npy", tmp_path / "bad")


# MARK: Report


def test_the_report_is_the_same_bytes_and_follows_its_schema(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    schema = json.loads((root / "fixtures/schema/comparison.schema.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    expected = np.random.default_rng(6).normal(size=(4, 5)).astype("f4")
    np.savez(
        tmp_path / "e.npz", x=expected, n=np.arange(3), z=expected + 1j, b=expected > 0, only=1
    )
    changed = expected * 2
    changed[0, 0] = np.nan
    np.savez(tmp_path / "a.npz", x=changed, n=np.arange(4), z=expected * 1j, b=expected > 1)
    texts = []
    for _ in range(2):
        status, result = report(tmp_path, tmp_path / "a.npz", tmp_path / "e.npz")
        texts.append((tmp_path / "report.json").read_bytes())
    assert status == 1
    assert texts[0] == texts[1]
    validator.validate(result)
    for kind, change in PATTERNS.items():
        cube = np.random.default_rng(3).normal(size=(3, 4, 5)).astype("f4")
        np.save(tmp_path / "e.npy", cube)
        np.save(tmp_path / "a.npy", change(cube))
        _, result = report(tmp_path, tmp_path / "a.npy", tmp_path / "e.npy")
        validator.validate(result)
        assert result["arrays"][0]["patterns"][0]["kind"] == kind
