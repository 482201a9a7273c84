"""The stage of this studio, the only one that these functions know: others of the account are not theirs."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cyclorama.errors import NotConfigured, NotFound, Unavailable
from cyclorama.stage.audience import Audience
from cyclorama.stage.ivs import IvsBackend
from cyclorama.stage.tokens import Signer

if TYPE_CHECKING:
    from cyclorama.aws.functions.environment import Environment
    from cyclorama.aws.functions.parameters import Parameters
    from cyclorama.stage.base import Stage

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Means:
    backend: IvsBackend
    signer: Signer | None


class OneStage:
    """The stage, and what lets people in.

    The key that signs is read when it is first needed, and then kept for as long as this process lives.

    Args:
        environment: names the stage, and the parameter that holds the key.
        parameters: where that is read.
    """

    def __init__(self, environment: Environment, parameters: Parameters) -> None:
        self._settings = environment.settings
        self._parameter = environment.key_parameter
        self._parameters = parameters
        self._made: _Means | None = None
        self._making = asyncio.Lock()

    async def backend(self) -> IvsBackend:
        """Return what asks Amazon IVS.

        Raises:
            Unavailable: the key cannot be read.
        """
        return (await self._means()).backend

    async def audience(self) -> Audience:
        """Return what makes viewer links.

        Raises:
            Unavailable: the key cannot be read.
            NotConfigured: there is none.
        """
        means = await self._means()
        if means.signer is None:
            raise NotConfigured(
                "Viewer links are signed with a key of the studio's own, and this studio has none. Deploy it "
                "with StagePublicKey and StageKeyParameter, as `cyclorama aws up` does."
            )
        return Audience(means.backend, means.signer)

    async def find(self, name: str | None = None) -> Stage:
        """Return the stage. A `name` that is given has to be its id, name or ARN.

        Raises:
            NotFound: it is another one's.
        """
        backend = await self.backend()
        stage = await backend.find_stage(self._settings.stage)
        if name is not None and name not in {stage.id, stage.name, stage.resource}:
            raise NotFound(f"This studio has one stage, {stage.name}, and none that is called {name!r}.")
        return stage

    async def _means(self) -> _Means:
        async with self._making:
            if self._made is None:
                signer = await asyncio.to_thread(self._signer) if self._parameter else None
                # Without the ARN, Amazon would not know whose signature it is.
                signing = signer if self._settings.ivs_key_arn else None
                self._made = _Means(IvsBackend(self._settings, signing), signer)
            return self._made

    def _signer(self) -> Signer:
        try:
            return Signer.of(self._parameters.read(self._parameter), self._settings.ivs_key_arn)
        except Unavailable as error:
            # Anyone may ask for a viewer's token: what Amazon says about the account is for the log.
            logger.error("The stage's key cannot be read: %s", error.detail)
            raise type(error)(
                "The key that signs tokens cannot be read, so nobody is let in right now. Try again; if it "
                "stays so, the log of the function says why.",
                error.retry_after,
            ) from error
        except ValueError:
            logger.error("%s holds no P-384 private key in PEM form.", self._parameter)
            raise NotConfigured(
                "The key that signs tokens is none. Whoever runs this studio can mend it with "
                "`cyclorama aws up`."
            ) from None
