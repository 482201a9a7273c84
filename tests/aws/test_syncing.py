from __future__ import annotations

import threading
import uuid
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer

from cyclorama.aws.site import SiteObject
from cyclorama.aws.syncing import KEPT_S, Bucket, Difference
from cyclorama.backgrounds.base import Cancelled, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from types_boto3_s3 import S3Client

    from cyclorama.backgrounds.base import Progress

pytestmark = pytest.mark.aws

DAY_S = 24 * 3600


class Stopped(Exception):
    pass


def client_of(endpoint_url: str) -> S3Client:
    return boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=endpoint_url,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture(scope="module")
def client() -> Iterator[S3Client]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with closing(client_of(f"http://{host}:{port}")) as client:
        yield client
    server.stop()


@pytest.fixture
def name(client: S3Client) -> str:
    name = f"site-{uuid.uuid4()}"
    client.create_bucket(Bucket=name)
    return name


class Site:
    """Sites of small files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, *assets: str, cache: str = "for good") -> list[SiteObject]:
        """Return a site whose page names these assets."""
        page = self._written(f"page-{'-'.join(assets)}", " ".join(assets))
        return [
            SiteObject("index.html", page, "text/html", "no-cache", page=True),
            SiteObject("watch", page, "text/html", "no-cache", page=True),
            *(
                SiteObject(f"assets/{each}", self._written(each, each * 9000), "text/javascript", cache)
                for each in assets
            ),
        ]

    def _written(self, name: str, text: str) -> Path:
        path = self._folder / name
        path.write_text(text)
        return path


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


class Asked:
    """The requests of a client, in the order in which they began: the operation and the key."""

    def __init__(self, client: S3Client) -> None:
        self.requests: list[tuple[str, str]] = []
        self.stop_at = -1
        self._lock = threading.Lock()
        self._events = client.meta.events
        self._events.register("before-sign.s3", self._add)

    def close(self) -> None:
        self._events.unregister("before-sign.s3", self._add)

    def of(self, operation: str) -> list[str]:
        return [key for asked, key in self.requests if asked == operation]

    def _add(self, request: Any, operation_name: str, **_: object) -> None:
        with self._lock:
            self.requests.append((operation_name, request.url.split("?")[0].split("/", 4)[-1]))
            if len(self.requests) - 1 == self.stop_at:
                raise Stopped


@pytest.fixture
def asked(client: S3Client) -> Iterator[Asked]:
    asked = Asked(client)
    yield asked
    asked.close()


def there(client: S3Client, name: str) -> dict[str, str]:
    """Return what is in a bucket, by keys."""
    found = client.list_objects_v2(Bucket=name).get("Contents", [])
    texts = {}
    for each in found:
        with closing(client.get_object(Bucket=name, Key=each["Key"])["Body"]) as body:
            texts[each["Key"]] = body.read().decode()
    return texts


def as_it_is(site: Sequence[SiteObject]) -> dict[str, str]:
    return {each.key: each.read().decode() for each in site}


def test_everything_goes_up_with_its_headers(client: S3Client, name: str, site: Site) -> None:
    new = site.of("a.js", "b.js")
    assert set(Bucket(client, name).sync(new).changed) == {each.key for each in new}
    assert there(client, name) == as_it_is(new)
    for each in new:
        head = client.head_object(Bucket=name, Key=each.key)
        assert (head["ContentType"], head["CacheControl"]) == (each.media_type, each.cache_control)


def test_the_second_time_nothing_is_sent(client: S3Client, name: str, site: Site, asked: Asked) -> None:
    bucket = Bucket(client, name)
    bucket.sync(site.of("a.js"))
    asked.requests.clear()
    assert bucket.sync(site.of("a.js")) == bucket.compare(site.of("a.js")) == Difference((), (), ())
    assert {operation for operation, _ in asked.requests} == {"ListObjectsV2", "HeadObject"}


def test_a_page_goes_up_after_all_that_it_names(
    client: S3Client, name: str, site: Site, asked: Asked
) -> None:
    Bucket(client, name).sync(site.of(*(f"{number}.js" for number in range(20))))
    assert set(asked.of("PutObject")[-2:]) == {"index.html", "watch"}


def test_another_header_alone_is_a_change(client: S3Client, name: str, site: Site) -> None:
    bucket = Bucket(client, name)
    bucket.sync(site.of("a.js"))
    assert bucket.sync(site.of("a.js", cache="a day")).changed == ("assets/a.js",)
    assert client.head_object(Bucket=name, Key="assets/a.js")["CacheControl"] == "a day"


def test_what_was_written_over_is_mended(client: S3Client, name: str, site: Site) -> None:
    bucket = Bucket(client, name)
    bucket.sync(site.of("a.js"))
    client.put_object(Bucket=name, Key="watch", Body=b"somebody else's")
    assert bucket.sync(site.of("a.js")).changed == ("watch",)
    assert there(client, name) == as_it_is(site.of("a.js"))


def test_what_the_old_page_loads_stays_for_a_day(client: S3Client, name: str, site: Site) -> None:
    now = 1e9
    bucket = Bucket(client, name, clock=lambda: now)
    bucket.sync(site.of("old.js"))
    assert bucket.sync(site.of("new.js")).unused == ("assets/old.js",)
    head = client.head_object(Bucket=name, Key="assets/old.js")
    assert (head["ContentType"], head["CacheControl"]) == ("text/javascript", "for good")
    now += DAY_S
    assert bucket.sync(site.of("new.js")) == Difference((), (), ())
    now += 2
    assert bucket.sync(site.of("new.js")).outdated == ("assets/old.js",)
    assert there(client, name) == as_it_is(site.of("new.js"))
    assert KEPT_S == DAY_S


def test_what_is_wanted_again_is_not_unused_any_more(client: S3Client, name: str, site: Site) -> None:
    now = 1e9
    bucket = Bucket(client, name, clock=lambda: now)
    for asset in ("old.js", "new.js", "old.js"):
        bucket.sync(site.of(asset))
    now += 2 * DAY_S
    assert bucket.sync(site.of("old.js")).outdated == ("assets/new.js",)
    assert there(client, name) == as_it_is(site.of("old.js"))


def test_what_somebody_else_has_put_there_stays(client: S3Client, name: str, site: Site) -> None:
    now = 1e9
    bucket = Bucket(client, name, clock=lambda: now)
    client.put_object(Bucket=name, Key="robots.txt", Body=b"mine")
    bucket.sync(site.of("a.js"))
    now += 2 * DAY_S
    assert bucket.sync(site.of("a.js")) == Difference((), (), ())
    assert there(client, name)["robots.txt"] == "mine"


def test_a_list_of_many_pages_is_seen_to_its_end(
    client: S3Client, name: str, site: Site, asked: Asked
) -> None:
    def one_each(params: dict[str, Any], **_: object) -> None:
        params["MaxKeys"] = 1

    bucket = Bucket(client, name)
    bucket.sync(site.of("a.js"))
    client.meta.events.register("provide-client-params.s3.ListObjectsV2", one_each)
    try:
        assert bucket.sync(site.of("b.js")).unused == ("assets/a.js",)
        assert len(asked.of("ListObjectsV2")) == 1 + 3
    finally:
        client.meta.events.unregister("provide-client-params.s3.ListObjectsV2", one_each)


def test_progress_is_told_in_bytes_and_never_goes_back(client: S3Client, name: str, site: Site) -> None:
    told: list[Progress] = []
    new = site.of("a.js", "b.js", "c.js")
    Bucket(client, name).sync(new, Report(told.append))
    total = sum(len(each.read()) for each in new)
    assert told[0].message == "Looking at what is there"
    steps = [each.step for each in told[1:]]
    assert steps == sorted(steps)
    assert steps[-1] == total
    assert {each.total for each in told[1:]} == {total}
    assert {each.message for each in told[1:]} == {f"Uploading {each.key}" for each in new}


def test_stopped_at_any_request_no_page_lacks_a_file_and_the_next_run_does_the_rest(
    client: S3Client, site: Site, asked: Asked
) -> None:
    old, new = site.of("same.js", "old.js"), site.of("same.js", "new.js")
    stopped = True
    at = 0
    while stopped:
        name = f"site-{uuid.uuid4()}"
        client.create_bucket(Bucket=name)
        bucket = Bucket(client, name)
        bucket.sync(old)
        asked.requests.clear()
        asked.stop_at, stopped = at, False
        try:
            bucket.sync(new)
        except Stopped:
            stopped = True
        asked.stop_at = -1
        left = there(client, name)
        for page in ("index.html", "watch"):
            assert all(f"assets/{each}" in left for each in left[page].split())
        bucket.sync(new)
        assert there(client, name) == as_it_is([*old, *new])
        assert bucket.compare(new) == Difference((), (), ())
        at += 1
    assert at > 9  # 1 list, 4 heads, 3 puts, and what marks the old one


def test_when_a_file_does_not_go_up_neither_does_a_page(
    client: S3Client, name: str, site: Site, asked: Asked
) -> None:
    asked.stop_at = 1  # the first after the list of nothing
    with pytest.raises(Stopped):
        Bucket(client, name).sync(site.of("a.js", "b.js"))
    asked.stop_at = -1
    assert not {"index.html", "watch"} & there(client, name).keys()


class Hanging(BaseHTTPRequestHandler):
    """An empty bucket that takes nothing."""

    server: Hangs

    def do_GET(self) -> None:
        body = b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.waiting.release()
        if self.rfile.read(1) == b"":
            self.server.hung_up.release()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # the base class's name
        pass


class Hangs(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hanging)
        self.waiting = threading.Semaphore(0)
        self.hung_up = threading.Semaphore(0)


@pytest.fixture
def hangs() -> Iterator[Hangs]:
    with Hangs() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def when_both_hang(hangs: Hangs, do: Callable[[], object]) -> None:
    def wait() -> None:
        for _ in range(2):
            hangs.waiting.acquire()
        do()

    threading.Thread(target=wait).start()


def test_cancelling_hangs_up_on_what_is_being_sent(hangs: Hangs, site: Site) -> None:
    report = Report()
    when_both_hang(hangs, report.cancel)
    with closing(client_of(f"http://127.0.0.1:{hangs.server_port}")) as client, pytest.raises(Cancelled):
        Bucket(client, "site").sync(site.of("a.js", "b.js"), report)
    for _ in range(2):
        assert hangs.hung_up.acquire(timeout=30)


def test_an_interrupt_hangs_up_on_what_is_being_sent(hangs: Hangs, site: Site) -> None:
    interrupted = threading.Event()
    when_both_hang(hangs, interrupted.set)

    def tell(progress: Progress) -> None:
        if progress.total and progress.step == progress.total - len("a.js b.js") * 2:
            interrupted.wait()
            raise KeyboardInterrupt

    with (
        closing(client_of(f"http://127.0.0.1:{hangs.server_port}")) as client,
        pytest.raises(KeyboardInterrupt),
    ):
        Bucket(client, "site").sync(site.of("a.js", "b.js"), Report(tell))
    for _ in range(2):
        assert hangs.hung_up.acquire(timeout=30)
