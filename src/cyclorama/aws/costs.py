"""What the stack costs, roughly: at rest, live, and for painting.

The prices stand in prices.toml, with where and when they were read and how sure they are. Free tiers and
taxes are left out. How much of everything is taken to be used stands in `Use`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

Sure = Literal["amazon", "agreed", "not verified"]

BACKGROUNDS = 1000  # what one line of `rough` is about
VIEWERS = 10
CAVEAT = (
    "Rough, in US dollars, for North America and without free tiers and taxes. "
    "Prices change and differ by region: docs/aws.md names the sources."
)


@dataclass(frozen=True, kw_only=True)
class Price:
    """What Amazon takes for one `unit`, in US dollars; None where nothing current was found."""

    unit: str
    region: str
    read: date
    source: str
    sure: Sure
    note: str
    usd: float | None = None


@dataclass(frozen=True, kw_only=True)
class Use:
    """How much of everything is taken to be used; GB are 10^9 bytes of data, or of a function's memory."""

    painting_seconds: float = 10  # the painter waits for Bedrock, then keeps the picture and a thumbnail
    painter_gb: float = 1
    polls: int = 12  # of GET /jobs/{id} while one is painted, and the order itself
    call_seconds: float = 0.1  # a warm call of the function "api"
    api_gb: float = 1
    writes: int = 20  # to S3: the job's events, the picture, its thumbnail and its record
    reads: int = 40  # from S3: the polls', and the painter's, whether somebody cancelled
    background_gb: float = 0.002  # a picture of about a megapixel as PNG, with its thumbnail
    log_gb: float = 0.000001  # of a call, in CloudWatch Logs
    rest_gb: float = 0.05  # the page with its models, and the functions' package
    page_gb: float = 0.001  # what a viewer's browser loads once
    viewer_calls: int = 3  # the page, its configuration and its token


@dataclass(frozen=True)
class Line:
    """What something costs, in US dollars, with its parts; None where a price in it is not known."""

    what: str
    usd: float | None
    per: str
    parts: tuple[Line, ...] = ()


@cache
def prices() -> Mapping[str, Price]:
    """Return every price by its name, such as "s3.write" or "bedrock.stability.sd3-5-large-v1:0"."""
    tables = tomllib.loads((files("cyclorama.aws") / "prices.toml").read_text("utf-8"))
    return {
        f"{service}.{name}": Price(**entry)
        for service, table in tables.items()
        for name, entry in table.items()
    }


def picture(model: str) -> Price | None:
    """Return the price of one picture by `model`: its id, an inference profile's, or an ARN of either."""
    name = model.rsplit("/", 1)[-1]
    return next(
        (price for key, price in prices().items() if key == f"bedrock.{name[name.find('stability.') :]}"),
        None,
    )


def rough(
    model: str, *, viewers: int = VIEWERS, guardrail: bool = False, use: Use | None = None
) -> list[Line]:
    """Return what a month at rest, an hour live and 1,000 backgrounds by `model` cost."""
    use = use or Use()
    return [at_rest(use), live(viewers, use=use), painting(model, guardrail=guardrail, use=use)]


def at_rest(use: Use | None = None) -> Line:
    """Return what a month costs in which nobody does anything: the bytes that are kept.

    Functions, API, CloudFront, the stage and the user pool cost by use alone; a standard parameter and a
    budget that only sends mail cost nothing ("ssm.parameter_month" and "budgets.budget_month").
    """
    use = use or Use()
    return _sum(
        "At rest",
        "month",
        _part("the page and the package in S3", use.rest_gb, "s3.gb_month"),
    )


def live(viewers: int, *, publishers: int = 1, use: Use | None = None) -> Line:
    """Return what an hour on the stage costs.

    Amazon IVS counts the hours for which participants are connected, publishers and viewers alike
    (https://aws.amazon.com/ivs/pricing/, "Real-Time Streaming").
    """
    use = use or Use()
    calls = use.viewer_calls * (viewers + publishers)
    return _sum(
        f"Live: {publishers} on stage, {viewers} watching",
        "hour",
        _part("hours of participants on the stage", viewers + publishers, "ivs.participant_hour"),
        _part("the page by CloudFront", use.page_gb * (viewers + publishers), "cloudfront.gb"),
        *_called(calls, use),
    )


def painting(
    model: str, *, count: int = BACKGROUNDS, guardrail: bool = False, use: Use | None = None
) -> Line:
    """Return what `count` backgrounds cost that `model` paints one by one, and to keep them for a month.

    Bedrock takes its price for a picture. Lambda takes memory times time (https://aws.amazon.com/lambda/pricing/),
    here for the painter, which waits all the while. A guardrail counts each 1,000 characters of a prompt, and
    pictures.
    """
    use = use or Use()
    price = picture(model)
    return _sum(
        f"{count:,} backgrounds",
        f"{count:,} backgrounds",
        Line(f"{model} on Bedrock", None if price is None or price.usd is None else count * price.usd, ""),
        *(
            (
                _part("the guardrail reads prompts", count, "guardrail.text_unit"),
                _part("the guardrail sees pictures", count, "guardrail.image"),
            )
            if guardrail
            else ()
        ),
        _part("the painter's GB-seconds", count * use.painting_seconds * use.painter_gb, "lambda.gb_second"),
        _part("the painter's calls", count, "lambda.request"),
        *_called(count * use.polls, use),
        _part("writing to S3", count * use.writes, "s3.write"),
        _part("reading from S3", count * use.reads, "s3.read"),
        _part("keeping them for a month", count * use.background_gb, "s3.gb_month"),
        _part("showing each once by CloudFront", count * use.background_gb, "cloudfront.gb"),
    )


def _called(calls: int, use: Use) -> tuple[Line, ...]:
    """Return what `calls` of the API cost, from CloudFront to the log."""
    return (
        _part("calls by CloudFront", calls, "cloudfront.request"),
        _part("calls of the HTTP API", calls, "http_api.request"),
        _part("calls of the function", calls, "lambda.request"),
        _part("the function's GB-seconds", calls * use.call_seconds * use.api_gb, "lambda.gb_second"),
        _part("logs", calls * use.log_gb, "logs.gb"),
    )


def _part(what: str, amount: float, price: str) -> Line:
    usd = prices()[price].usd
    return Line(what, None if usd is None else amount * usd, "")


def _sum(what: str, per: str, *parts: Line) -> Line:
    known = [part.usd for part in parts if part.usd is not None]
    return Line(what, sum(known) if len(known) == len(parts) else None, per, parts)
