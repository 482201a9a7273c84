from __future__ import annotations

import asyncio
import io
import json
import re
import time
import zipfile
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from cyclorama.aws import package, site, template
from cyclorama.aws.package import Built
from cyclorama.backgrounds.base import Painting, Prompt
from cyclorama.backgrounds.library import Library
from cyclorama.backgrounds.store import Store
from tests.cli.running import Terminal, call

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from tests.aws.deploying import Account

pytestmark = pytest.mark.aws

# In a process of its own: no time is lost, and no package fetched. `{folder}` has what is deployed.
QUICK = """
from pathlib import Path
from cyclorama.aws import package, site, template
from cyclorama.aws.deploy import changes, stack
from cyclorama.aws.site import SiteObject
folder = Path({folder!r})
package.key = lambda platform: "recipe"
package.kept = lambda report=None: package._described(folder / "package.zip")
site.objects = lambda: [SiteObject("index.html", folder / "index.html", "text/html", "no-cache", page=True)]
template.text = lambda: (folder / "small.yaml").read_text("utf-8")
stack.LOOK_S = changes.LOOK_S = {look}
"""


@pytest.fixture
def quick(account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is deployed is small; returns the Python that makes it so in another process."""
    (tmp_path / "package.zip").write_bytes(b"PK")
    (tmp_path / "index.html").write_text("<h1>Studio</h1>")
    (tmp_path / "small.yaml").write_text(account.parts.template, "utf-8")
    built = Built(tmp_path / "package.zip", 2, sha256(b"PK").hexdigest())
    page = site.SiteObject("index.html", tmp_path / "index.html", "text/html", "no-cache", page=True)
    monkeypatch.setattr(package, "key", lambda platform: "recipe")
    monkeypatch.setattr(package, "kept", lambda report=None: built)
    monkeypatch.setattr(site, "objects", lambda: [page])
    monkeypatch.setattr(template, "text", lambda: account.parts.template)
    monkeypatch.setattr("cyclorama.aws.deploy.stack.LOOK_S", 0.0)
    monkeypatch.setattr("cyclorama.aws.deploy.changes.LOOK_S", 0.0)
    return QUICK.format(folder=str(tmp_path), look=0.05)


def until(true: Callable[[], bool]) -> None:
    """Wait for what another process does."""
    for _ in range(600):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it does not come")


def aws(*args: str) -> subprocess.CompletedProcess[str]:
    return call("aws", *args)


def up(*args: str) -> subprocess.CompletedProcess[str]:
    return aws("up", "--name", "show", "--yes", *args)


def test_up_status_and_down(account: Account, quick: str, tmp_path: Path) -> None:
    made = up()
    assert made.returncode == 0, made.stderr
    password, url = made.stdout.splitlines()
    assert url.startswith("https://")
    assert "11 of 11 made: CloudFront distribution Distribution" in made.stderr
    assert "Sign in as creator with this password, which is shown this once:" in made.stderr
    assert password not in made.stderr
    assert "PRIVATE KEY" not in made.stdout + made.stderr

    told = aws("status", "--name", "show")
    assert (told.returncode, told.stderr) == (0, "")
    assert f"✓  Address    {url}" in told.stdout
    rows = json.loads(aws("status", "--name", "show", "--json").stdout)
    assert {row["what"]: row["well"] for row in rows}["Stack"] is True

    again = up()
    assert again.stdout.splitlines() == [url]
    assert "Nothing changes in the stack" in again.stderr
    assert "cyclorama aws user creator" in again.stderr

    gone = aws("down", "--name", "show", "--yes")
    assert gone.returncode == 0, gone.stderr
    assert gone.stderr.endswith("Nothing is left of the studio 'show' in us-west-2.\n")
    assert account.buckets() == set()
    none = aws("down", "--name", "show", "--yes")
    assert (none.returncode, none.stderr) == (0, "There is nothing of a studio 'show' in us-west-2.\n")
    assert aws("status", "--name", "show").returncode == 2


def test_logs_users_and_tokens(account: Account, quick: str, monkeypatch: pytest.MonkeyPatch) -> None:
    up()
    assert aws("logs", "--name", "show").stderr == "Nothing was written in the last 10m.\n"
    assert aws("logs", "--name", "show", "--since", "soon").returncode == 2
    made = aws("user", "ann", "--name", "show")
    password = made.stdout.strip()
    assert "Sign in as ann" in made.stderr
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    token = aws("token", "ann", "--name", "show")
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", token.stdout)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    empty = aws("token", "ann", "--name", "show")
    assert (empty.returncode, empty.stderr[:27]) == (2, "error: There is no password")


def test_a_terminal_shows_the_plan_and_asks(account: Account, quick: str) -> None:
    with Terminal(("aws", "up", "--name", "show"), quick) as no:
        no.until("[y/N]")
        assert "A new studio 'show' in us-west-2" in no.plain
        assert "2 S3 buckets" in no.plain
        assert "1,000 backgrounds" in no.plain
        no.press("n\r")
        assert "Nothing was made." in no.end()
    assert no.status == 1
    assert account.buckets() == set()
    with Terminal(("aws", "up", "--name", "show"), quick) as yes:
        yes.until("[y/N]")
        yes.press("y\r")
        assert "The studio is up:" in yes.end()
    assert yes.status == 0


def test_ctrl_c_says_what_goes_on_and_the_same_command_goes_on_with_it(account: Account, quick: str) -> None:
    account.stacks.pace = 0
    with Terminal(("aws", "up", "--name", "show", "--yes"), quick) as stopped:
        stopped.until("Making the studio")
        until(lambda: account.stacks.of("show").status == "CREATE_IN_PROGRESS")
        stopped.press("\x03")
        words = " ".join(stopped.end().split())
    assert stopped.status == 130
    assert "Stopped. AWS goes on by itself" in words
    assert "`cyclorama aws up` again waits for it" in words
    assert "Traceback" not in words
    account.stacks.pace = 4
    again = up()
    assert again.returncode == 0, again.stderr
    assert "is being changed already (create)" in again.stderr


def test_down_wants_the_name_and_keeps_what_is_wanted(account: Account, quick: str, tmp_path: Path) -> None:
    up()
    s3, bucket = account.client("s3"), account.stacks.of("show").outputs["LibraryBucket"]
    folder = make_library(tmp_path / "library")
    for path in folder.rglob("*"):
        if path.is_file():
            s3.put_object(Bucket=bucket, Key=f"library/{path.relative_to(folder)}", Body=path.read_bytes())
    environment = {"AWS_ALLOW_HTTP": "true"}
    with Terminal(("aws", "down", "--name", "show"), quick, environment) as no:
        no.until("Its name, or Enter for none")
        assert "1 background in its library" in no.plain
        no.press("\r")
        no.until("to delete it")
        no.press("other\r")
        assert "Nothing was deleted." in no.end()
    assert no.status == 1
    assert account.stacks.of("show").status == "CREATE_COMPLETE"
    with Terminal(("aws", "down", "--name", "show"), quick, environment) as yes:
        yes.until("Its name, or Enter for none")
        yes.press(f"{tmp_path}/kept.zip\r")
        yes.until("to delete it")
        yes.press("show\r")
        assert "Nothing is left of the studio 'show'" in yes.end()
    with zipfile.ZipFile(tmp_path / "kept.zip") as archive:
        assert any(name.endswith((".json", ".png")) for name in archive.namelist())


def make_library(folder: Path) -> Path:
    async def keep() -> None:
        library = Library(Store.folder(folder))
        await library.add(
            Painting(Image.new("RGB", (64, 64))), Prompt(text="beach", width=64, height=64), "scenery"
        )

    asyncio.run(keep())
    return folder


def test_nobody_is_cut_off_while_live(account: Account, quick: str) -> None:
    up()
    account.join("Ann", publishing=True)
    live = aws("down", "--name", "show", "--yes")
    assert live.returncode == 1
    assert live.stderr.startswith("error: The studio is live: Ann on stage.")
    assert "live: Ann" in aws("status", "--name", "show").stdout
    assert aws("down", "--name", "show", "--yes", "--force").returncode == 0


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["up"], 2, "Give --yes"),
        (["down"], 2, "Give --yes"),
        (["up", "--yes", "--name", "Show"], 2, "--name takes"),
        (["up", "--yes", "--region", "eu-north-1"], 2, "eu-central-1"),
        (["up", "--yes", "--profile", "none"], 1, "no AWS profile 'none'"),
        (["up", "--yes", "--log-days", "8"], 2, "--log-days"),
        (["up", "--yes", "--name", "show", "--model", "stability.none-v1:0"], 1, "no such model"),
        (["status"], 2, "no studio"),
        (["logs"], 2, "no studio"),
        (["user", "ann"], 2, "no studio"),
        (["token", "ann"], 2, "no studio"),
        (["package", "--output", "/none/functions.zip"], 2, "no file"),
    ],
)
def test_what_is_wrong_is_one_line_and_an_exit_code(
    account: Account, quick: str, args: list[str], code: int, says: str
) -> None:
    answer = aws(*args)
    assert (answer.returncode, answer.stdout) == (code, "")
    errors = [line for line in answer.stderr.splitlines() if not line.endswith("...")]
    assert len(errors) == 1
    assert errors[0].startswith("error: ")
    assert says in errors[0]


def test_the_template_is_printed_as_it_is() -> None:
    assert aws("template").stdout == template.FILE.read_text("utf-8")
