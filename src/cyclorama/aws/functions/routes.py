"""What may be asked, and who answers: one table, which the template's routes equal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cyclorama.aws.functions import about, backgrounds, orders, stage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cyclorama.aws.functions.desk import Desk
    from cyclorama.aws.functions.exchange import Answer, Request


@dataclass(frozen=True)
class Route:
    """One route of the API.

    Attributes:
        answer: answers a request; raises `CycloramaError` where it cannot.
        public: whether anyone may ask. Others have signed in: the API's authorizer has seen their token.
    """

    answer: Callable[[Desk, Request], Awaitable[Answer]]
    public: bool = False


ROUTES: dict[str, Route] = {
    "GET /config": Route(about.config, public=True),
    "GET /healthz": Route(about.health, public=True),
    "GET /generators": Route(about.generators),
    "POST /image": Route(orders.image),
    "POST /backgrounds": Route(orders.make),
    "GET /jobs/{id}": Route(orders.ask),
    "DELETE /jobs/{id}": Route(orders.cancel),
    "GET /backgrounds": Route(backgrounds.page),
    "POST /backgrounds/upload": Route(backgrounds.add),
    "GET /backgrounds/{id}": Route(backgrounds.one),
    "DELETE /backgrounds/{id}": Route(backgrounds.delete),
    "PUT /backgrounds/{id}/favourite": Route(backgrounds.favour),
    "DELETE /backgrounds/{id}/favourite": Route(backgrounds.no_longer_favour),
    "POST /backgrounds/{id}/restore": Route(backgrounds.restore),
    "POST /tokens": Route(stage.token),
    "POST /links": Route(stage.link),
    "POST /viewers": Route(stage.viewer, public=True),  # it wants a viewer link's token
    "GET /stages": Route(stage.all_of_them),
    "GET /stages/{stage}/participants": Route(stage.participants),
    "DELETE /stages/{stage}/participants/{participant}": Route(stage.send_away),
}
"""By the keys of API Gateway's routes."""
