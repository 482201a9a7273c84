from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from cyclorama.aws import costs
from cyclorama.backgrounds.bedrock.generator import MODEL

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs/aws.md").read_text("utf-8")
TEMPLATE = (ROOT / "src/cyclorama/aws/template.yaml").read_text("utf-8")
NUMBERS = {3: "three", 5: "five", 10: "ten"}


def usd(line: costs.Line) -> str:
    assert line.usd is not None
    return f"{line.usd:.2f}"


def test_every_price_says_where_it_is_from_and_how_sure_it_is() -> None:
    for name, price in costs.prices().items():
        assert price.sure in get_args(costs.Sure), name
        assert (price.usd is None) == (price.sure == "not verified"), name
        assert price.usd is None or 0 <= price.usd < 1, name
        assert price.source.startswith(("https://aws.amazon.com/", "https://docs.aws.amazon.com/")), name
        assert price.unit, name
        assert price.region, name
        assert date(2026, 11, 1) <= price.read, name


def test_the_model_that_is_the_default_has_a_price() -> None:
    assert costs.picture(MODEL) is not None


@pytest.mark.parametrize(
    "model",
    [
        "stability.stable-image-core-v1:1",
        "us.stability.stable-image-core-v1:1",
        "arn:aws:bedrock:us-west-2::foundation-model/stability.stable-image-core-v1:1",
        "arn:aws:bedrock:us-west-2:111122223333:inference-profile/us.stability.stable-image-core-v1:1",
    ],
)
def test_a_model_is_known_by_its_id_and_by_what_leads_to_it(model: str) -> None:
    price = costs.picture(model)
    assert price is not None
    assert price.usd == 0.04


def test_pictures_are_most_of_what_painting_costs() -> None:
    line = costs.painting(MODEL, count=1000)
    assert line.usd is not None
    assert line.parts[0].usd == pytest.approx(40)
    assert line.usd == pytest.approx(sum(part.usd or 0 for part in line.parts))
    assert 40 < line.usd < 41


def test_a_model_without_a_price_leaves_the_sum_open_and_the_rest_known() -> None:
    line = costs.painting("stability.of-tomorrow-v1:0")
    assert line.usd is None
    assert line.parts[0].usd is None
    assert all(part.usd is not None for part in line.parts[1:])


def test_a_guardrail_adds_what_it_reads_and_what_it_sees() -> None:
    with_one, without = costs.painting(MODEL, guardrail=True).usd, costs.painting(MODEL).usd
    assert with_one is not None
    assert without is not None
    assert with_one - without == pytest.approx(1000 * (0.00015 + 0.00075))


def test_an_hour_live_grows_with_every_participant() -> None:
    none, ten, hundred = (costs.live(viewers).usd for viewers in (0, 10, 100))
    assert none is not None
    assert ten is not None
    assert hundred is not None
    assert ten - none == pytest.approx(10 * 0.072, rel=0.01)
    assert (hundred - none) / (ten - none) == pytest.approx(10)


def test_at_rest_it_costs_less_than_a_cent() -> None:
    line = costs.at_rest()
    assert line.usd is not None
    assert 0 < line.usd < 0.01
    assert "**At rest**: less than a cent a month" in DOCS


def test_what_up_shows_is_rest_live_and_painting() -> None:
    assert [line.per for line in costs.rough(MODEL)] == ["month", "hour", "1,000 backgrounds"]


def test_an_hour_live_costs_what_the_docs_say() -> None:
    rows = re.findall(r"^\| (\d+) \| (\d+) \| ([\d.]+) \|$", DOCS, re.MULTILINE)
    assert len(rows) == 6
    for publishers, viewers, said in rows:
        assert said == usd(costs.live(int(viewers), publishers=int(publishers)))
    assert f"comes to {2 * (costs.live(50).usd or 0):.2f}" in DOCS
    assert f"are {10_000 * (costs.prices()['ivs.participant_hour'].usd or 0):.0f} dollars an hour" in DOCS
    assert f"{costs.prices()['ivs.participant_hour'].usd:.4f} for each participant" in DOCS
    assert f"South East Asia: {costs.prices()['ivs.participant_hour_southeast_asia'].usd:.4f}" in DOCS


def test_painting_costs_what_the_docs_say() -> None:
    rows = re.findall(r"^\| `(stability[^`]+)` \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", DOCS, re.MULTILINE)
    assert [model for model, *_ in rows] == [
        name.removeprefix("bedrock.") for name in costs.prices() if name.startswith("bedrock.")
    ]
    for model, picture, said, guarded in rows:
        price = costs.picture(model)
        assert price is not None
        assert picture == f"{price.usd:.2f}"
        assert said == usd(costs.painting(model))
        assert guarded == usd(costs.painting(model, guardrail=True))


def test_what_is_not_bedrocks_share_costs_what_the_docs_say() -> None:
    parts = costs.painting(MODEL).parts
    by = {part.what: part.usd or 0 for part in parts}
    assert f"comes to {sum(by.values()) - (parts[0].usd or 0):.2f}:" in DOCS
    for said, part in (
        ("showing them", "showing each once by CloudFront"),
        ("the painter's memory", "the painter's GB-seconds"),
        ("writing to S3", "writing to S3"),
        ("keeping them", "keeping them for a month"),
    ):
        assert re.search(rf"{by[part]:.2f} for\s+{said}", DOCS), part
    evening = costs.painting(MODEL, count=80).usd
    assert evening is not None
    assert f"pays {evening:.2f}" in DOCS


def test_what_is_reckoned_with_is_what_the_template_makes() -> None:
    use = costs.Use()
    assert "AWS::CloudWatch::Alarm" not in TEMPLATE  # each would cost something at rest
    sizes = re.findall(r"^ +MemorySize: (\d+)", TEMPLATE, re.MULTILINE)
    assert sorted(int(size) / 1024 for size in sizes) == [use.api_gb, use.painter_gb]


def test_the_pace_of_painting_is_what_the_docs_say() -> None:
    pace, burst = map(
        float,
        re.findall(r"POST /image: {ThrottlingRateLimit: ([\d.]+), ThrottlingBurstLimit: (\d+)}", TEMPLATE)[0],
    )
    each_way, samples = pace * 60, 4
    assert f"at {each_way:.0f} a minute, {NUMBERS[int(burst)]} at once, for each of the two ways" in DOCS
    assert f"that is {each_way * (samples + 1):.0f} pictures a minute" in DOCS
    price = costs.picture(MODEL)
    assert price is not None
    assert f"token: {each_way * (samples + 1) * (price.usd or 0):.0f} dollars\na minute" in DOCS
    assert f"| orders | {each_way:.0f} a minute, {burst:.0f} at once" in DOCS
