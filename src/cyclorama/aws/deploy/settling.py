"""Whatever an earlier run left: brought to a stack that can be changed, or to none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclorama.aws.deploy import changes, failures
from cyclorama.aws.deploy import stack as stacks
from cyclorama.errors import Conflict, Unavailable

if TYPE_CHECKING:
    from cyclorama.aws.deploy.cloud import Cloud
    from cyclorama.aws.deploy.names import Names
    from cyclorama.aws.deploy.stack import Stack
    from cyclorama.aws.deploy.telling import Teller

# A first creation that failed: there is nothing in it that anybody used.
STILLBORN = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"}
OURS = {"CodeBucket", "CodeKey", "StageKeyParameter"}  # parameters by which a stack is known to be a studio


def settle(cloud: Cloud, names: Names, teller: Teller) -> Stack | None:
    """Wait, or mend, until the stack can be changed, and return it; None if there is none.

    Raises:
        Conflict: a stack of that name is no studio, or is half deleted.
        Unavailable: it cannot be mended.
    """
    tried: set[str] = set()
    while True:
        found = stacks.look(cloud, names.stack)
        if found is None or found.status == stacks.GONE:
            return None
        check(cloud, found, names)
        if found.moving:
            teller.step(
                f"The stack {names.stack} is being changed already ({_lower(found)}): waiting for that"
            )
            teller.meanwhile("AWS goes on with what was begun before.")
            stacks.follow(cloud, found.id, teller)
            continue
        if found.status == "DELETE_FAILED":
            raise Conflict(
                f"The stack {names.stack} is half deleted. Run `cyclorama aws down` to the end, and "
                f"then `up`. {why(cloud, found)}"
            )
        mending = found.status in STILLBORN or found.status == "UPDATE_ROLLBACK_FAILED"
        if mending and found.status in tried:
            raise Unavailable(f"The stack {names.stack} cannot be mended. {why(cloud, found)}")
        tried.add(found.status)
        if found.status in STILLBORN:
            teller.say(f"An earlier try to make the stack {names.stack} failed. {why(cloud, found)}")
            teller.step("Removing what it left, to make it anew")
            teller.meanwhile("AWS goes on removing what an earlier try left.")
            stacks.delete(cloud, found)
            after = stacks.follow(cloud, found.id, teller, before=found.status)
            if after.status != stacks.GONE:
                raise Unavailable(
                    f"What an earlier try left in the stack {names.stack} cannot be removed. "
                    f"{why(cloud, after)}"
                )
        elif found.status == "UPDATE_ROLLBACK_FAILED":
            teller.say(
                f"An earlier change of the stack {names.stack} could not be taken back. {why(cloud, found)}"
            )
            teller.step("Letting AWS try once more to take it back")
            teller.meanwhile("AWS goes on taking back an earlier change.")
            with cloud.stacks.asking(f"the stack {names.stack}") as client:
                client.continue_update_rollback(StackName=found.id)
            stacks.follow(cloud, found.id, teller, before=found.status)
        else:
            return found


def why(cloud: Cloud, found: Stack) -> str:
    """Return why the last thing that was done to a stack failed."""
    return failures.in_words(failures.first(stacks.operation(cloud, found.id)), found.reason)


def check(cloud: Cloud, found: Stack, names: Names) -> None:
    """Leave alone what is not ours.

    Raises:
        Conflict: the stack is something else's.
    """
    if found.status == stacks.REVIEW:  # all there is of it are proposals
        with cloud.stacks.asking(f"the stack {names.stack}") as client:
            proposed = [
                each["ChangeSetName"] for each in client.list_change_sets(StackName=found.id)["Summaries"]
            ]
        if not proposed or any(each.startswith(changes.PREFIX) for each in proposed):
            return
    elif names.tags.items() <= found.tags.items() or found.parameters.keys() >= OURS:
        return
    raise Conflict(
        f"There is a stack called {names.stack} in {names.region} that is no studio of Cyclorama's. Give "
        "the studio another --name."
    )


def _lower(found: Stack) -> str:
    return found.status.removesuffix("_IN_PROGRESS").replace("_", " ").lower()
