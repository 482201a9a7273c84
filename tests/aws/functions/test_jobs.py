from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from cyclorama.aws.functions import orders, painting
from cyclorama.aws.functions.jobs import Job
from cyclorama.aws.functions.painter import handler
from cyclorama.aws.functions.studio import studio
from cyclorama.backgrounds.fake import FakeGenerator
from cyclorama.errors import NotFound
from cyclorama.wire.generating import Wish
from tests.aws.functions.asking import Context, Told, ask
from tests.aws.functions.conftest import MODEL, paint
from tests.fakes import bedrock_replies as replies
from tests.fakes.aws import Reply, error
from tests.fakes.bedrock import CUT, in_days

if TYPE_CHECKING:
    from tests.aws.functions.conftest import Aws

pytestmark = pytest.mark.aws

WISH = {"prompt": "a beach", "width": 96, "height": 64, "seed": 5}


def ordered(**more: Any) -> str:
    """Order, and return the job's id."""
    told = ask("POST /backgrounds", body=WISH | more)
    assert told.status == 202
    job: str = told.json["id"]
    assert told.headers["location"] == f"/jobs/{job}"
    return job


def about(job: str, after: int = 0) -> Any:
    told = ask("GET /jobs/{id}", id=job, query={"after": str(after)})
    assert told.status == 200
    return told.json


def end(job: str) -> tuple[str, Any]:
    """Return the event that is a job's end."""
    said = about(job)
    assert said["over"] is True
    last = said["events"][-1]
    return last["event"], last["data"]


def test_an_order_is_taken_at_once_and_painted_apart(aws: Aws) -> None:
    told = ask("POST /backgrounds")
    job = told.json["id"]
    assert told.json == {
        "id": job,
        "events": [{"n": 1, "event": "queued", "data": {"position": 0}}],
        "over": False,
    }
    assert aws.invoke.orders == [job]
    assert about(job) == told.json
    assert paint(job) == "done"
    said = about(job)
    assert said["over"] is True
    assert [each["event"] for each in said["events"]] == ["queued", "progress", "image", "done"]
    background = said["events"][2]["data"]["background"]
    assert (background["prompt"], background["negative_prompt"]) == ("a beach at sunset", "people")
    assert background == ask("GET /backgrounds/{id}", id=background["id"]).json
    assert said["events"][3]["data"] == {"failed": []}


def test_who_asks_is_told_what_is_new(aws: Aws) -> None:
    job = ordered()
    assert about(job, after=1)["events"] == []
    paint(job)
    numbers = [each["n"] for each in about(job)["events"]]
    assert numbers == sorted(set(numbers))
    assert [each["n"] for each in about(job, after=numbers[1])["events"]] == numbers[2:]
    assert about(job, after=numbers[-1])["events"] == []
    assert ask("GET /jobs/{id}", id=job, query={"after": "-1"}).problem == (400, "Invalid request")


def test_of_each_kind_and_sample_the_newest_is_kept() -> None:
    job = Job.new(Wish(text="beach"), 60)
    for step in range(3):
        for sample in range(2):
            job.tell("progress", {"sample": sample, "step": step})
    job.tell("image", {"sample": 0})
    assert [(each.n, each.event, each.data) for each in job.events] == [
        (1, "queued", {"position": 0}),
        (6, "progress", {"sample": 0, "step": 2}),
        (7, "progress", {"sample": 1, "step": 2}),
        (8, "image", {"sample": 0}),
    ]
    assert not job.over


@pytest.mark.parametrize("id_", ["0" * 32, "", "..", "../library/x", "A" * 32, "x" * 3000])
@pytest.mark.parametrize("route", ["GET /jobs/{id}", "DELETE /jobs/{id}"])
def test_a_job_that_is_none_is_not_found(aws: Aws, route: str, id_: str) -> None:
    assert ask(route, id=id_).problem == (404, "Not found")


def test_nobody_paints_what_is_no_job(aws: Aws) -> None:
    with pytest.raises(NotFound):
        paint("0" * 32)
    assert aws.bedrock.requests == []


def test_a_job_that_is_handed_over_twice_is_painted_once(aws: Aws) -> None:
    job = ordered()
    aws.bedrock.then("hang")
    first = threading.Thread(target=paint, args=(job,))
    first.start()
    assert aws.bedrock.waiting.acquire(timeout=20)
    assert paint(job) == "taken"
    aws.bedrock.let_go()
    first.join(20)
    assert paint(job) == "late"
    assert end(job)[0] == "done"
    assert [each.operation for each in aws.bedrock.requests].count("InvokeModel") == 1
    assert len(ask("GET /backgrounds", query={}).json["backgrounds"]) == 1


def test_a_job_that_nobody_has_begun_in_time_is_not_painted_any_more(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "PATIENCE_S", -1)
    job = ordered()
    name, data = end(job)
    assert (name, data["problem"]["title"]) == ("error", "Generation failed")
    assert about(job) == about(job)
    assert paint(job) == "late"
    assert aws.bedrock.requests == []


def test_while_it_is_painted_its_progress_is_told_and_a_cancel_is_heard(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painting, "EVERY_S", 0.05)
    job = ordered()
    aws.bedrock.then("hang")
    painter = threading.Thread(target=paint, args=(job,))
    painter.start()
    assert aws.bedrock.waiting.acquire(timeout=20)
    while not any(each["event"] == "progress" for each in about(job)["events"]):
        time.sleep(0.05)
    assert about(job)["over"] is False
    assert ask("DELETE /jobs/{id}", id=job).status == 204
    assert aws.bedrock.hung_up.acquire(timeout=20)  # down to the socket
    painter.join(20)
    name, data = end(job)
    assert (name, data["problem"]["title"], data["problem"]["status"]) == ("error", "Conflict", 409)
    assert "cancelled" in data["problem"]["detail"]
    assert ask("GET /backgrounds", query={}).json["backgrounds"] == []


def test_what_is_cancelled_before_it_is_begun_is_not_painted(aws: Aws) -> None:
    job = ordered()
    for _ in "ab":
        told = ask("DELETE /jobs/{id}", id=job)
        assert (told.status, told.body) == (204, "")
    assert paint(job) == "error"
    assert aws.bedrock.requests == []
    assert end(job)[1]["problem"]["status"] == 409


def test_a_job_that_is_over_stays_as_it_is_when_it_is_cancelled(aws: Aws) -> None:
    job = ordered()
    paint(job)
    assert ask("DELETE /jobs/{id}", id=job).status == 204
    assert end(job)[0] == "done"
    assert not any("cancelled" in name for name in aws.objects("jobs/"))


def test_a_painter_whose_time_is_up_says_so_itself(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painting, "EVERY_S", 0.05)
    aws.bedrock.then("hang")
    job, context = ordered(), Context(300)
    painter = threading.Thread(target=handler, args=({"job": job}, context))
    painter.start()
    assert aws.bedrock.waiting.acquire(timeout=20)
    context.seconds = time.monotonic() - context.since + painting.SPARE_S - 1
    assert aws.bedrock.hung_up.acquire(timeout=20)
    painter.join(20)
    assert "time was up" in end(job)[1]["problem"]["detail"]


def test_a_painter_that_was_killed_is_found_out(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    async def kill(*_: object) -> None:
        raise Killed

    job = ordered()
    with monkeypatch.context() as broken:
        broken.setattr(painting, "_paint", kill)
        with pytest.raises(Killed):
            paint(job)
    assert about(job)["over"] is False
    objects = aws.objects("jobs/")
    (name,) = (each for each in objects if each.endswith(".json"))
    late = json.loads(objects[name]) | {"deadline": time.time() - 1}
    aws.s3.put_object(Bucket=aws.bucket, Key=name, Body=json.dumps(late).encode())
    said = about(job)
    assert (said["over"], said["events"][-1]["event"]) == (True, "error")
    assert said["events"][-1]["n"] == 2
    assert "stopped" in said["events"][-1]["data"]["problem"]["detail"]
    assert about(job, after=1)["events"] == said["events"][1:]
    assert aws.bedrock.requests == []


@pytest.mark.parametrize(
    ("turn", "title"),
    [
        (replies.THROTTLED, "Throttled"),
        (replies.NO_MODEL_ACCESS, "Access denied"),
        (replies.END_OF_LIFE, "Model unavailable"),
        ("cut", "Generation failed"),
        ("garbage", "Generation failed"),
    ],
    ids=["throttled", "no access", "ended", "cut", "garbage"],
)
def test_troubles_of_bedrock_end_a_job_in_words(aws: Aws, turn: Any, title: str) -> None:
    aws.bedrock.then(*[turn] * 3)
    job = ordered()
    assert paint(job) == "error"
    name, data = end(job)
    assert (name, data["problem"]["title"]) == ("error", title)


def test_what_the_models_filter_refuses_is_said_to_be_refused(aws: Aws) -> None:
    aws.bedrock.then(replies.PROMPT_FILTERED)
    job = ordered()
    assert paint(job) == "error"
    assert end(job)[1]["problem"]["status"] == 422


def test_what_the_guardrail_refuses_never_reaches_the_model(aws: Aws) -> None:
    aws.variables.setenv("CYCLORAMA_GUARDRAIL", "abc123:1")
    aws.bedrock.words = lambda text: "beach" in text
    job = ordered()
    assert paint(job) == "error"
    assert end(job)[1]["problem"]["title"] == "Prompt refused"
    assert "InvokeModel" not in {each.operation for each in aws.bedrock.requests}


def test_a_model_that_amazon_will_end_is_noted_with_the_picture(aws: Aws) -> None:
    aws.bedrock.ended(MODEL, in_days(30))
    for _ in "ab":
        paint(ordered())
    notes = {each["note"] for each in ask("GET /backgrounds", query={}).json["backgrounds"]}
    (note,) = notes
    assert "CYCLORAMA_BEDROCK_MODEL" in note
    assert [each.operation for each in aws.bedrock.requests].count("GetFoundationModel") == 1


def test_painting_does_not_wait_for_word_of_the_models_end(aws: Aws) -> None:
    aws.bedrock.then(CUT, CUT, CUT, operation="GetFoundationModel")
    job = ordered()
    assert paint(job) == "done"


def test_of_two_samples_the_one_that_came_is_kept(aws: Aws) -> None:
    aws.bedrock.then(replies.PROMPT_FILTERED)
    job = ordered(count=2)
    assert paint(job) == "done"
    name, data = end(job)
    assert name == "done"
    (failed,) = data["failed"]
    assert failed["problem"]["status"] == 422
    (image,) = (each["data"] for each in about(job)["events"] if each["event"] == "image")
    assert {failed["sample"], image["sample"]} == {0, 1}
    assert len(ask("GET /backgrounds", query={}).json["backgrounds"]) == 1


def test_a_bucket_that_goes_while_it_is_painted_is_in_the_log(
    aws: Aws, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painting, "EVERY_S", 0.05)
    job = ordered()
    aws.bedrock.then("hang")

    def pull() -> None:
        assert aws.bedrock.waiting.acquire(timeout=20)
        aws.pull_bucket()
        while "cannot be written down" not in caplog.text:
            time.sleep(0.02)
        aws.bedrock.let_go()

    puller = threading.Thread(target=pull)
    puller.start()
    with pytest.raises(Exception, match="There is no bucket"):
        paint(job)
    puller.join(20)


def test_a_painter_that_cannot_be_invoked_is_said_so_and_the_order_is_cancelled(aws: Aws) -> None:
    aws.invoke.then(*[error(429, "TooManyRequestsException", "Rate Exceeded.")] * 3, operation="Invoke")
    told = ask("POST /backgrounds")
    assert told.problem == (503, "Throttled")
    assert told.headers["retry-after"] == "5"
    assert sorted(name.rpartition(".")[2] for name in aws.objects("jobs/")) == ["cancelled", "json"]


def test_an_answer_of_lambda_that_is_no_promise_is_none(aws: Aws) -> None:
    aws.invoke.then(Reply(b"{}", 200), operation="Invoke")
    assert ask("POST /backgrounds").problem == (503, "Unavailable")


def test_without_a_painter_nobody_is_asked_to_wait(aws: Aws) -> None:
    aws.variables.setenv("PAINTER", "")
    assert ask("POST /backgrounds").problem == (503, "Not configured")


def test_a_wish_without_a_seed_keeps_the_one_that_was_drawn(aws: Aws) -> None:
    told = ask("POST /backgrounds", body={"prompt": "beach", "width": 64, "height": 64})
    paint(told.json["id"])
    (name,) = (each for each in aws.objects("jobs/") if each.endswith(".json"))
    seed = json.loads(aws.objects("jobs/")[name])["wish"]["seed"]
    (background,) = ask("GET /backgrounds", query={}).json["backgrounds"]
    assert background["seed"] == seed


def test_the_articles_contract(aws: Aws) -> None:
    aws.invoke.paints = paint
    told: Told = ask("POST /image", body={"prompt": "beach", "width": 128, "height": 64})
    assert told.status == 200
    assert list(told.json) == ["image_url"]
    (background,) = ask("GET /backgrounds", query={}).json["backgrounds"]
    assert told.json["image_url"] == background["url"]
    assert background["url"].startswith("https://studio.example/library/")


def test_image_makes_one(aws: Aws) -> None:
    assert ask("POST /image", body=WISH | {"count": 2}).problem == (400, "Invalid request")


@pytest.mark.parametrize("route", ["POST /backgrounds", "POST /image"])
def test_nothing_moves_here(aws: Aws, route: str) -> None:
    assert ask(route, body=WISH | {"motion": True}).problem == (400, "Invalid request")


def test_an_image_that_is_refused_has_its_status(aws: Aws) -> None:
    aws.invoke.paints = paint
    aws.bedrock.then(replies.PROMPT_FILTERED)
    assert ask("POST /image", body=WISH).problem[0] == 422


def test_an_image_that_takes_longer_can_be_asked_for(aws: Aws) -> None:
    aws.invoke.paints = paint
    aws.bedrock.then("hang")
    told = ask("POST /image", body=WISH, seconds=orders.SPARE_S + 2)
    assert told.status == 202
    job = told.json["id"]
    assert told.headers["location"] == f"/jobs/{job}"
    assert told.json["over"] is False
    aws.bedrock.let_go()
    aws.invoke.join()
    assert end(job)[0] == "done"


def test_the_painter_logs_one_line_without_a_word_of_the_prompt(
    aws: Aws, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    job = ordered(prompt="geheim")
    capsys.readouterr()
    paint(job)
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (line["job"], line["outcome"]) == (job, "done")
    assert set(line) == {"job", "outcome", "ms", "request"}
    assert "geheim" not in caplog.text


def test_the_painter_sweeps_the_library_now_and_then(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    swept = []

    async def sweep(_: object) -> None:
        swept.append(True)

    monkeypatch.setattr("cyclorama.backgrounds.library.Library.sweep", sweep)
    for _ in "ab":
        paint(ordered())
    assert swept == [True]


def test_however_much_is_told_a_job_is_written_about_once_a_second(aws: Aws) -> None:
    job = ordered()
    studio().generators.add(FakeGenerator("bedrock", steps=200, pause=0.01))
    name = f"arn:aws:s3:::{aws.bucket}/jobs/{job}.json"
    before, since = len(aws.moto.acts), time.monotonic()
    assert paint(job) == "done"
    seconds = time.monotonic() - since
    written = [act for act in aws.moto.acts[before:] if (act.action, act.resource) == ("s3:PutObject", name)]
    assert about(job)["events"][-1]["n"] > 20
    assert 1 <= len(written) <= 1 + seconds / painting.EVERY_S


def test_by_the_clock_it_sweeps_and_paints_nothing(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    swept = []

    async def sweep(_: object) -> None:
        swept.append(True)

    monkeypatch.setattr("cyclorama.backgrounds.library.Library.sweep", sweep)
    assert handler({"sweep": True}, Context()) == {"outcome": "swept"}
    assert swept == [True]
