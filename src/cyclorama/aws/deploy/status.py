"""How a studio on AWS is: what its parts say of themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cyclorama
from cyclorama.aws.deploy import code, live, model, publish
from cyclorama.aws.deploy import stack as stacks
from cyclorama.aws.deploy.names import Names
from cyclorama.aws.deploy.settling import check, why
from cyclorama.errors import CycloramaError, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cyclorama.aws.deploy.cloud import Cloud
    from cyclorama.aws.deploy.stack import Stack
    from cyclorama.aws.site import SiteObject

UP = "cyclorama aws up"


@dataclass(frozen=True)
class Row:
    """One thing about a studio: how it is, whether that is well, and what to do about it."""

    what: str
    how: str
    well: bool = True
    advice: str = ""


def find(cloud: Cloud, name: str) -> tuple[Names, Stack]:
    """Return a studio's names and its stack.

    Raises:
        NotFound: there is none of that name.
    """
    names = Names(name, cloud.account(), cloud.region)
    stack = stacks.look(cloud, names.stack)
    if stack is None:
        raise NotFound(
            f"There is no studio {names.name!r} in {names.region} of the AWS account {names.account}. Check "
            f"--region, --profile and --name; `{UP}` makes one."
        )
    check(cloud, stack, names)
    return names, stack


def status(cloud: Cloud, name: str, recipe: str, site: Sequence[SiteObject]) -> Sequence[Row]:
    """Return how a studio is. What cannot be asked is said so in its row.

    Args:
        cloud: the account and the region.
        name: the studio's.
        recipe: a digest of all that the functions' package would be made of here.
        site: the studio's files, as they are here.

    Raises:
        NotFound: there is none of that name.
        CycloramaError: the account or CloudFormation cannot be asked.
    """
    names, stack = find(cloud, name)
    rows = [Row("Studio", f"{names.name}, {names.region}, AWS account {names.account}"), _stack(cloud, stack)]
    out = stack.outputs
    if url := out.get("StudioUrl"):
        rows.append(Row("Address", url))
    if domain := stack.parameters.get("Domain"):
        rows.append(Row("DNS record", f"{domain} CNAME {out.get('DistributionDomain', '')}"))
    if api := out.get("ApiUrl"):
        rows.append(Row("API", api))
    if stage := out.get("StageArn"):
        rows.append(_tried("On stage", lambda: _live(cloud, stage)))
    if paints := stack.parameters.get("BedrockModel"):
        region = stack.parameters.get("BedrockRegion") or names.region
        rows.append(_tried("Model", lambda: _model(cloud, paints, region)))
    if key := stack.parameters.get("CodeKey"):
        rows.append(_tried("Functions", lambda: _code(cloud, names, key, recipe)))
    if bucket := out.get("SiteBucket"):
        rows.append(_tried("Pages", lambda: _site(cloud, names, bucket, site)))
    return rows


def _tried(what: str, ask: Callable[[], Row]) -> Row:
    try:
        return ask()
    except CycloramaError as error:
        return Row(what, "not known", well=False, advice=error.detail)


def _stack(cloud: Cloud, stack: Stack) -> Row:
    words = stack.status.replace("_", " ").lower()
    if stack.well:
        return Row("Stack", words)
    if stack.status == stacks.REVIEW:
        return Row("Stack", "proposed, and not made", False, f"`{UP}` makes it.")
    if stack.moving:
        return Row("Stack", words, False, f"`{UP}` waits for it.")
    if stack.status == "UPDATE_ROLLBACK_COMPLETE":
        return Row("Stack", "as it was before a change that failed", False, why(cloud, stack))
    mend = "cyclorama aws down" if stack.status == "DELETE_FAILED" else UP
    return Row("Stack", words, False, f"`{mend}` mends it. {why(cloud, stack)}")


def _live(cloud: Cloud, stage: str) -> Row:
    there = live.there(cloud, stage)
    return Row("On stage", f"live: {', '.join(there)}" if there else "nobody")


def _model(cloud: Cloud, name: str, region: str) -> Row:
    life = model.look(cloud, name, region)
    well = life.state in {"active", "unknown"}
    return Row("Model", f"{name} in {region}: {life.words}", well, life.advice)


def _code(cloud: Cloud, names: Names, key: str, recipe: str) -> Row:
    there = code.origin(cloud, names, key)
    if there is None:
        words = "their package is not in its bucket any more"
        return Row("Functions", words, False, f"`{UP}` puts it there again.")
    if there.recipe == recipe:
        return Row("Functions", f"version {there.version}, as here")
    here = f"here it is {cyclorama.__version__}"
    if there.version == cyclorama.__version__:
        here = "other than what is here, which calls itself so too"
    return Row("Functions", f"version {there.version or 'unknown'}; {here}", False, f"`{UP}` brings them up.")


def _site(cloud: Cloud, names: Names, bucket: str, site: Sequence[SiteObject]) -> Row:
    found, told = publish.compare(cloud, names, bucket, site)
    if found.changed:
        words = f"{len(found.changed)} of {len(site)} files differ from those here"
        return Row("Pages", words, False, f"`{UP}` uploads them.")
    if not told:
        return Row("Pages", "uploaded, and CloudFront may show old ones", False, f"`{UP}` tells it.")
    return Row("Pages", "as here")
