"""What comes back by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.media.seeing import person_present, room_shown

if TYPE_CHECKING:
    from tests.media.clip import Clip

    from .broadcast import Broadcast
    from .server import StudioServer
    from .witness import Witness

pytestmark = pytest.mark.browser


def test_viewer_and_creator_come_back_with_the_server(
    broadcast: Broadcast, server: StudioServer, witness: Witness, clip: Clip
) -> None:
    witness.excuse(r"ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection to")
    server.kill()
    broadcast.viewer.expect("reconnecting")
    broadcast.viewer.page.wait_for_timeout(2000)
    server.start()
    broadcast.studio.expect_live()
    broadcast.viewer.expect("live")
    broadcast.viewer.received.take()
    broadcast.viewer.received.until(lambda frame: person_present(frame.picture, clip), "the person again", 20)
    assert len(broadcast.viewer.received.watch(2)) > 20
    assert not any(room_shown(frame.picture) for frame in broadcast.viewer.received.frames)


def test_a_viewer_who_reloads_sees_the_stream_again(broadcast: Broadcast, clip: Clip) -> None:
    broadcast.viewer.page.reload()
    broadcast.viewer.received.until(lambda frame: person_present(frame.picture, clip), "the person again")


def test_a_creator_who_reloads_and_goes_live_again_is_seen_again(broadcast: Broadcast, clip: Clip) -> None:
    broadcast.studio.page.once("dialog", lambda dialog: dialog.accept())
    broadcast.studio.page.reload()
    broadcast.viewer.expect("ended")
    broadcast.studio.expect_picture("live")
    broadcast.studio.go_live()
    broadcast.viewer.expect("live")
    broadcast.viewer.received.take()
    broadcast.viewer.received.until(lambda frame: person_present(frame.picture, clip), "the person again")
