"""A plan, shown before anything of it is done."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cyclorama.aws.deploy import kinds

if TYPE_CHECKING:
    from rich.console import Console

    from cyclorama.aws.deploy.telling import Change, Plan

VERBS = {
    "Add": "Makes",
    "Modify": "Changes",
    "Dynamic": "May change",
    "Remove": "Removes",
    "Import": "Takes in",
}
LABELS = {
    "AllowOrigins": "Origins allowed",
    "Audience": "Audience",
    "BedrockModel": "Model",
    "BedrockRegion": "Bedrock's region",
    "BudgetEmail": "Budget's e-mail",
    "BudgetLimit": "Budget, USD a month",
    "CreateGuardrail": "Guardrail made",
    "Domain": "Domain",
    "Guardrail": "Guardrail",
    "Issuer": "Issuer",
    "LogRetentionDays": "Logs are kept, days",
}


def show(console: Console, plan: Plan) -> None:
    """Show what would be done, and what it costs."""
    console.print()
    what = "A new studio" if plan.new else "The studio"
    console.print(
        Text.assemble((f"{what} {plan.name!r}", "bold"), f" in {plan.region}, AWS account {plan.account}")
    )
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for action, verb in VERBS.items():
        if these := [each for each in plan.changes if each.action == action]:
            table.add_row(verb, _counted(these))
    if replaced := [each.resource for each in plan.changes if each.replaced]:
        table.add_row("Anew", Text(", ".join(replaced), "yellow"))
    for name, label in LABELS.items():
        if name in plan.set:
            table.add_row(label, Text(plan.set[name] or "none any more"))
    if plan.new and "BudgetEmail" not in plan.set:
        table.add_row("Budget", Text("nobody is warned; --budget-email says who shall be"))
    console.print(Padding(table, (0, 0, 0, 2), expand=False))
    if plan.costs:
        console.print()
        console.print(Text("What it costs, roughly", "bold"))
        costs = Table.grid(padding=(0, 2))
        costs.add_column(style="dim")
        costs.add_column()
        for what, much in plan.costs:
            if what:
                costs.add_row(what, Text(much))
        console.print(Padding(costs, (0, 0, 0, 2), expand=False))
        for what, much in plan.costs:
            if not what:
                console.print(Text(much, "dim"))


def _counted(changes: list[Change]) -> str:
    numbers = Counter(each.kind for each in changes)
    return ", ".join(kinds.counted(kind, number) for kind, number in sorted(numbers.items()))
