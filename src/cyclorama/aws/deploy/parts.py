"""What is deployed: this very Cyclorama."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclorama.aws import costs, package, site, template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cyclorama.aws.package import Built
    from cyclorama.aws.site import SiteObject
    from cyclorama.backgrounds.base import Report

LEAST = 0.01  # USD


class Here:
    """The parts, as they are here; `report` hears how far the package is.

    Raises:
        Unavailable: the studio's pages are not built.
    """

    def __init__(self, report: Report | None = None) -> None:
        self._report = report
        self._site = list(site.objects())

    @property
    def template(self) -> str:
        """The stack."""
        return template.text()

    @property
    def recipe(self) -> str:
        """A digest of all that the functions' package is made of."""
        return package.key(package.LAMBDA)

    def build(self) -> Built:
        """Build the functions' package, or take the one that was built before."""
        return package.kept(report=self._report)

    def site(self) -> Sequence[SiteObject]:
        """Return the studio's files."""
        return self._site

    def costs(self, model: str, *, guardrail: bool) -> Sequence[tuple[str, str]]:
        """Return what it costs roughly."""
        lines = [(line.what, _in_words(line)) for line in costs.rough(model, guardrail=guardrail)]
        return [*lines, ("", costs.CAVEAT)]


def _in_words(line: costs.Line) -> str:
    if line.usd is None:
        return "not known"
    amount = "less than 0.01 USD" if line.usd < LEAST else f"{line.usd:.2f} USD"
    article = "an" if line.per.startswith("h") else "a"
    return amount if line.per == line.what else f"{amount} {article} {line.per}"
