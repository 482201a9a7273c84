"""Puts a studio up, or brings the one that is there to what is wanted.

Each step finds what an earlier run has done of it. Nothing is made before the person has agreed, but for the
change set, which is a proposal and costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cyclorama.aws.deploy import certificate, changes, code, failures, model, people, publish
from cyclorama.aws.deploy import stack as stacks
from cyclorama.aws.deploy.key import StageKey
from cyclorama.aws.deploy.names import Names
from cyclorama.aws.deploy.settling import settle
from cyclorama.aws.deploy.telling import Plan
from cyclorama.aws.deploy.wishes import differing, together
from cyclorama.errors import InvalidRequest, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cyclorama.aws.deploy.changes import Proposal
    from cyclorama.aws.deploy.cloud import Cloud
    from cyclorama.aws.deploy.code import Built
    from cyclorama.aws.deploy.stack import Stack
    from cyclorama.aws.deploy.telling import Teller
    from cyclorama.aws.deploy.wishes import Wishes
    from cyclorama.aws.site import SiteObject

OVERTAKEN = 5  # times that another run may be faster
AGAIN = "Run the same command again: it goes on from there."


class Parts(Protocol):
    """What is deployed."""

    @property
    def template(self) -> str:
        """The stack."""

    @property
    def recipe(self) -> str:
        """A digest of all that the functions' package is made of."""

    def build(self) -> Built:
        """Build the functions' package."""

    def site(self) -> Sequence[SiteObject]:
        """Return the studio's files."""

    def costs(self, model: str, *, guardrail: bool) -> Sequence[tuple[str, str]]:
        """Return what it costs roughly."""


@dataclass(frozen=True)
class Studio:
    """A studio that is up.

    Attributes:
        url: where it is.
        record: the DNS record to make, as (name, where it leads), if it has a domain of its own.
        users: whether the stack has users of its own.
        new_user: whether one of them is new, and the password was shown.
    """

    url: str
    record: tuple[str, str] | None
    users: bool
    new_user: bool


@dataclass
class _Run:
    cloud: Cloud
    names: Names
    wishes: Wishes
    parts: Parts
    teller: Teller


def up(
    cloud: Cloud, name: str, wishes: Wishes, parts: Parts, teller: Teller, user: str = "creator"
) -> Studio | None:
    """Put a studio up, and return it; None if whoever was asked did not agree.

    Args:
        cloud: the account and the region.
        name: the studio's.
        wishes: what is wanted of it.
        parts: what is deployed.
        teller: is told, and asked.
        user: who shall be the first to sign in.

    Raises:
        CycloramaError: it cannot be done, or not now; what was done of it stays and is found by the next run.
    """
    teller.meanwhile(f"Nothing was changed. {AGAIN}")
    teller.step("Looking at the account")
    names = Names(name, cloud.account(), cloud.region)
    run = _Run(cloud, names, wishes, parts, teller)
    stack = settle(cloud, names, teller)
    teller.meanwhile(f"Nothing was changed. {AGAIN}")
    teller.step("Building the functions' package")
    built = parts.build()
    known = changes.describe(cloud, parts.template)
    for _ in range(OVERTAKEN):
        done = _change(run, stack, built, known)
        if done is not None:
            return None if done is _DECLINED else _finish(run, done, user)
        teller.say("Somebody else changes the studio at the same time.")
        stack = settle(cloud, names, teller)
    raise Unavailable("Others keep changing the studio at the same time. Wait for them, and run `up` again.")


# What `_change` returns where the person did not agree.
_DECLINED = stacks.Stack("", "", "", {}, {}, {})


def _change(run: _Run, stack: Stack | None, built: Built, known: Mapping[str, str | None]) -> Stack | None:
    """Bring the stack to what is wanted, and return it; None if somebody else was faster."""
    cloud, names, teller = run.cloud, run.names, run.teller
    new = stack is None or stack.status == stacks.REVIEW
    before = None if stack is None or new else stack.parameters
    key = StageKey(cloud, names)
    said = run.wishes.parameters() | {
        "Name": names.name,
        "CodeBucket": names.code_bucket,
        "CodeKey": code.key_of(built),
        "StagePublicKey": key.public,
        "StageKeyParameter": names.key_parameter,
    }
    domain = said.get("Domain", (before or {}).get("Domain", ""))
    if "Domain" in said:
        said["CertificateArn"] = certificate.find(cloud, domain) if domain else ""
    asked, values = together(known, before, said)
    _check_guardrail(values, names.region)
    life = model.require(cloud, values["BedrockModel"], values["BedrockRegion"])
    if life.state == "legacy":
        teller.say(f"The model {values['BedrockModel']}: {life.words}. {life.advice}")
    if missing := model.not_agreed(cloud, values["BedrockModel"], values["BedrockRegion"]):
        teller.say(missing)
    if before is not None and values.get("Issuer") and not before.get("Issuer"):
        teller.say("The studio's own users go, with their passwords: who signs in is known by --issuer then.")
    teller.step("Asking AWS what would change")
    proposal = changes.propose(cloud, names, run.parts.template, asked, new=new)
    if proposal is None:
        if stack is None:
            raise Unavailable("CloudFormation says that nothing is to be made. Run `up` again.")
        teller.step("Nothing changes in the stack")
        code.put(cloud, names, built, run.parts.recipe)
        return stacks.look(cloud, stack.id) or stack
    guardrail = bool(values.get("Guardrail")) or values.get("CreateGuardrail") == "yes"
    plan = Plan(
        new,
        names.name,
        names.account,
        names.region,
        proposal.changes,
        run.parts.costs(values["BedrockModel"], guardrail=guardrail),
        differing(values, before),
    )
    if not teller.agree(plan):
        changes.withdraw(cloud, names, proposal, new=new)
        if new:
            stacks.follow(cloud, proposal.stack_id, teller, before=stacks.REVIEW)
        return _DECLINED
    teller.meanwhile(f"The stack was not touched yet. {AGAIN}")
    teller.step("Putting the functions' package and the stage's key in place")
    if not key.keep():
        return None
    code.put(cloud, names, built, run.parts.recipe)
    return _execute(run, proposal, stack.status if stack else stacks.REVIEW)


def _execute(run: _Run, proposal: Proposal, before: str) -> Stack | None:
    cloud, names, teller = run.cloud, run.names, run.teller
    making = before == stacks.REVIEW
    teller.meanwhile(
        "AWS goes on by itself, and what it makes costs what the plan says. `cyclorama aws up` again waits "
        "for it and does the rest; `cyclorama aws down` removes it."
    )
    teller.step("Making the studio" if making else "Changing the studio")
    if not changes.execute(cloud, names, proposal):
        return None
    after = stacks.follow(cloud, proposal.stack_id, teller, len(proposal.changes), before)
    if after.well:
        return after
    reason = failures.in_words(failures.first(stacks.operation(cloud, after.id)), after.reason)
    kept = "What was made by then was removed again." if making else "The studio is as it was before."
    if after.status not in {"ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}:
        kept = "The next `up` mends what is left of it."
    raise Unavailable(f"{reason} {kept}")


def _finish(run: _Run, stack: Stack, user: str) -> Studio:
    """Do what CloudFormation does not: the site, and the first user."""
    cloud, names, teller = run.cloud, run.names, run.teller
    out = stack.outputs
    teller.meanwhile(f"The stack is there, and the studio's pages may not be. {AGAIN}")
    teller.step("Uploading the studio's pages")
    publish.publish(cloud, names, out["SiteBucket"], out["DistributionId"], run.parts.site(), teller)
    code.prune(cloud, names, stack.parameters["CodeKey"])
    pool, new_user = out.get("UserPoolId", ""), False
    if pool:
        teller.step("Looking for somebody who may sign in")
        new_user = people.first(cloud, pool, user, teller)
    domain = stack.parameters.get("Domain", "")
    return Studio(
        out["StudioUrl"],
        (domain, out["DistributionDomain"]) if domain else None,
        bool(pool),
        new_user,
    )


def _check_guardrail(values: Mapping[str, str], region: str) -> None:
    if values.get("CreateGuardrail") == "yes" and values.get("BedrockRegion") != region:
        raise InvalidRequest(
            f"A guardrail is made in the studio's region, {region}, and pictures are painted in "
            f"{values.get('BedrockRegion')}, where it has to be. Make one there in the Bedrock console and "
            "give --guardrail ID:VERSION; or have both in one region."
        )
