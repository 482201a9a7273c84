from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.aws.deploying import Account, Heard

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.aws


def test_a_studio_is_put_up(account: Account) -> None:
    heard = Heard()
    studio = account.up(heard=heard)
    print(studio, heard, account.state())
    assert 0
