"""The host records the stage, sees that it goes on, and takes the file home."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import av
import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from .studio import Studio

pytestmark = pytest.mark.browser


def test_record_and_download(studio: Studio, tmp_path: Path) -> None:
    page = studio.page
    record = page.get_by_test_id("record")
    studio.go_live()
    expect(record).to_have_text("Record")
    page.keyboard.press("r")
    expect(record).to_have_text("Stop recording")
    expect(page.get_by_test_id("recorded")).to_be_visible()
    expect(page.get_by_role("timer", name="Time recorded")).to_have_text(re.compile("0:0[2-9]"))
    recordings = page.get_by_test_id("recordings")
    expect(recordings).to_contain_text("Recording…", timeout=12_000)
    record.click()
    expect(record).to_have_text("Record")
    expect(page.get_by_test_id("recorded")).to_be_hidden()
    with page.expect_download() as coming:
        recordings.get_by_role("link").first.click()
    path = tmp_path / coming.value.suggested_filename
    coming.value.save_as(path)
    with av.open(path) as file:
        assert {stream.type for stream in file.streams} == {"audio", "video"}
    studio.leave()
