from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cyclorama import errors
from cyclorama.backgrounds.base import Progress, Prompt, Report, can_move
from cyclorama.backgrounds.fake import FakeGenerator
from cyclorama.backgrounds.generators import Generators
from cyclorama.backgrounds.moderation import moderated, moderators
from cyclorama.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image


pytestmark = pytest.mark.unit


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"gun\n!!!\n"])
def test_a_list_that_cannot_be_used_stops_the_start(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "words.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(errors.InvalidSetting, match=r"words\.txt"):
        Generators(Settings(word_list=path))


def test_the_settings_choose_the_moderators(tmp_path: Path) -> None:
    assert moderators(Settings()) == []
    (tmp_path / "words.txt").write_text("gun")
    generators = Generators(Settings(word_list=tmp_path / "words.txt"))
    generators.add(FakeGenerator())
    prompt = Prompt(text="a gun", width=64, height=64)
    for name in ("scenery", "fake"):
        with pytest.raises(errors.PromptRefused, match="'gun'"):
            generators.get(name).generate(prompt, Report())
    assert generators.get("fake").generate(Prompt(text="a beach", width=64, height=64), Report())


def test_a_guardrail_without_boto3_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cyclorama.extras.missing", lambda extra: ["boto3"])
    with pytest.raises(errors.MissingExtra, match=r"pip install 'cyclorama\[bedrock\]'"):
        moderators(Settings(guardrail="abc123:1"))


def test_a_picture_is_checked_before_it_is_delivered() -> None:
    class Blind:
        def check_prompt(self, prompt: Prompt, report: Report) -> None: ...

        def check_picture(self, image: Image, report: Report) -> None:
            raise errors.PictureRefused("I cannot see.")

    generator = moderated(FakeGenerator(), [Blind()])
    with pytest.raises(errors.PictureRefused, match="cannot see"):
        generator.generate(Prompt(text="a beach", width=64, height=64), Report())


def test_what_moves_is_checked_before_anybody_sees_its_first_frame() -> None:
    class Watching:
        def __init__(self) -> None:
            self.seen: list[Image] = []

        def check_prompt(self, prompt: Prompt, report: Report) -> None: ...

        def check_picture(self, image: Image, report: Report) -> None:
            assert not any(progress.whole for progress in heard)
            self.seen.append(image)

    heard: list[Progress] = []
    watching = Watching()
    generator = moderated(FakeGenerator(moves=True), [watching])
    assert can_move(generator)
    painting = generator.generate(
        Prompt(text="beach", width=64, height=64, motion=True), Report(heard.append)
    )
    assert watching.seen == [painting.image]
    assert sum(progress.whole for progress in heard) == 1


def test_word_lists_need_no_boto3(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("gun")
    code = (
        "import sys\n"
        "from cyclorama.backgrounds.moderation import moderators\n"
        "from cyclorama.settings import Settings\n"
        "assert moderators(Settings(word_list='words.txt'))\n"
        "assert 'botocore' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
