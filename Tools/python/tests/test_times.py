"""Times of interactions in memory, and the names of columns."""

import re
from pathlib import Path

import numpy as np
import pytest

import akin_index as akin
from akin_index import _columns

pd = pytest.importorskip("pandas")
QUICK = {"dimensions": 4, "epochs": 3, "seed": 1, "threads": 1}


def rows(seed=0):
    """Interactions over a hundred days, some pairs twice, the newest first."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "user": random.integers(0, 20, 400),
            "item": random.integers(0, 30, 400),
            "rating": random.integers(1, 6, 400).astype(np.float32),
            "timestamp": 1_600_000_000 + random.integers(0, 100 * 86_400, 400),
        }
    )
    return frame.sort_values("timestamp", ascending=False, ignore_index=True)


def stamps(frame, kind):
    """The frame with its times in another shape."""
    times = pd.to_datetime(frame["timestamp"], unit="s")
    shapes = {
        "seconds": frame["timestamp"],
        "milliseconds": frame["timestamp"] * 1000,
        "datetime": times,
        "zone": times.dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo"),
        "text": times.dt.strftime("%Y-%m-%dT%H:%M:%S"),
    }
    return frame.assign(timestamp=shapes[kind])


@pytest.mark.parametrize("kind", ["seconds", "milliseconds", "datetime", "zone", "text"])
@pytest.mark.parametrize("options", [{"half_life": 20, "duplicates": "sum"}, {"duplicates": "last"}, {"duplicates": "first"}])
def test_times_count_as_in_a_file(tmp_path, kind, options):
    frame = rows()
    frame.to_csv(tmp_path / "r.csv", index=False)
    filed = akin.train(tmp_path / "r.csv", **options, **QUICK)
    found = akin.train(stamps(frame, kind), **options, **QUICK)
    assert np.array_equal(found.item_factors, filed.item_factors)
    untimed = akin.train(frame.drop(columns="timestamp"), duplicates=options["duplicates"], **QUICK)
    assert not np.array_equal(found.item_factors, untimed.item_factors)


def test_times_of_a_tuple_and_of_a_named_column():
    frame = rows(1)
    columns = tuple(frame[name].to_numpy() for name in ("user", "item", "rating", "timestamp"))
    given = akin.train(columns, half_life=20, duplicates="last", **QUICK)
    named = akin.train(frame.rename(columns={"timestamp": "when"}), time="when", half_life=20, duplicates="last", **QUICK)
    assert np.array_equal(given.item_factors, named.item_factors)


def test_evaluate_splits_a_frame_by_time():
    report = akin.evaluate(rows(2).drop_duplicates(["user", "item"]), split="time", model="popular")
    assert report["answer"]


def test_times_that_are_none():
    frame = rows(3)
    with pytest.raises(akin.UsageError, match="expected a time for each interaction, found none"):
        akin.train(frame.drop(columns="timestamp"), half_life=3, duplicates="last", **QUICK)
    with pytest.raises(akin.InputError, match="has 1 rows without a value"):
        akin.train(stamps(frame, "datetime").assign(timestamp=lambda x: x["timestamp"].where(x.index > 0)), half_life=3, **QUICK)
    with pytest.raises(akin.InputError, match="times must be datetimes or numbers"):
        akin.train(frame.assign(timestamp="soon"), half_life=3, **QUICK)
    with pytest.raises(akin.InputError, match="expected a time, found 'nan'"):
        akin.train(([1, 2], [1, 2], [1.0, 1.0], [1.0, np.nan]), half_life=3, **QUICK)
    with pytest.raises(akin.UsageError, match="equally long"):
        akin.train(([1, 2], [1, 2], [1.0, 1.0], [1.0]), half_life=3, **QUICK)
    with pytest.raises(akin.UsageError, match="time names a column of a frame"):
        akin.train(([1, 2], [1, 2]), time="when", **QUICK)


def test_ids_that_are_none():
    for users in (["a", None], ["a", float("nan")]):
        with pytest.raises(akin.InputError, match="users have 1 rows without a value"):
            akin.train((np.array(users, dtype=object), np.array(["x", "y"])), **QUICK)


def test_columns_have_the_names_that_the_command_knows():
    source = Path(__file__).resolve().parents[3] / "Sources/AkinTraining/Tables/ColumnNames.swift"
    if not source.exists():
        pytest.skip("the sources of the command are not beside the tests")
    text = source.read_text()
    for role, own in (("user", _columns.USERS), ("item", _columns.ITEMS), ("value", _columns.VALUES), ("time", _columns.TIMES)):
        listed = re.search(rf"static let {role} = \[(.*?)\]", text, re.DOTALL).group(1)
        assert own == re.findall(r'"([^"]+)"', listed), role
