from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cyclorama.settings import Settings

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EXAMPLES = {
    page.name: examples
    for page in PAGES
    if (examples := re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL))
}
RUN = """
import json, sys
for number, code in enumerate(json.load(sys.stdin)):
    print(f"example {number}", file=sys.stderr)
    exec(compile(code, f"example {number}", "exec"), {"__name__": "__main__"})
"""


@pytest.mark.parametrize("page", EXAMPLES)
def test_examples_run(page: str) -> None:
    given = json.dumps(EXAMPLES[page])
    answer = subprocess.run(
        [sys.executable, "-c", RUN], input=given, capture_output=True, text=True, check=False, timeout=120
    )
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_setting_is_described_in_its_own_words() -> None:
    text = (ROOT / "docs/settings.md").read_text("utf-8")
    for name, field in Settings.model_fields.items():
        assert re.search(rf"\| `{name}` \|.*\| {re.escape(str(field.description))} \|", text), name


def test_look_is_described_as_it_is() -> None:
    text = (ROOT / "docs/look.md").read_text("utf-8")
    fields = json.loads((ROOT / "src/cyclorama/picture/look.json").read_text("utf-8"))
    described = re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \| (.+) \|$", text, re.MULTILINE)
    assert described == [
        (
            name,
            f"{field['default']:g}",
            "0 or 1" if field["switch"] else f"{field['least']:g} to {field['most']:g}",
            field["about"],
        )
        for name, field in fields.items()
    ]


def test_presets_are_described_as_they_are() -> None:
    text = (ROOT / "docs/look.md").read_text("utf-8")
    for preset in json.loads((ROOT / "web/src/studio/presets.json").read_text("utf-8")):
        sets = ", ".join(f"`{name}` {value:g}" for name, value in preset["look"].items()) or "the defaults"
        behind = f"; the background is {preset['colour']}" if "colour" in preset else ""
        assert f"| {preset['name']} | {sets}{behind} |" in text
