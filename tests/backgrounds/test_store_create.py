from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from cyclorama.errors import NotConfigured
from tests.backgrounds.conftest import PLACES, open_store

if TYPE_CHECKING:
    from cyclorama.backgrounds.store import Store


@pytest.mark.parametrize("place", PLACES, indirect=True)
async def test_of_all_who_create_an_object_one_does(store: Store, place: str) -> None:
    others = [open_store(place) for _ in range(4)]
    created = await asyncio.gather(*(each.create("a/b", str(n).encode()) for n, each in enumerate(others)))
    assert sorted(created) == [False, False, False, True]
    assert await store.get("a/b") == str(created.index(True)).encode()
    assert await store.create("a/b", b"again") is False
    await store.remove("a/b")
    assert await store.create("a/b", b"again") is True


@pytest.mark.aws
async def test_where_there_is_no_bucket_nothing_is_created(bucket: str) -> None:
    with pytest.raises(NotConfigured, match="no-such-bucket"):
        await open_store("s3://no-such-bucket/prefix").create("a/b", b"")
