from __future__ import annotations

import pytest

from cyclorama.backgrounds import generators as generators_
from cyclorama.backgrounds.fake import FakeGenerator
from cyclorama.backgrounds.generators import KINDS, Generators
from cyclorama.errors import InvalidRequest, Throttled
from cyclorama.settings import Settings

pytestmark = pytest.mark.unit


@pytest.fixture
def configured() -> Settings:
    return Settings(openai_url="http://gpu:1/v1", bedrock_model="stability.stable-image-core-v1:1")


def test_each_is_made_once(settings: Settings) -> None:
    generators = Generators(settings)
    assert generators.get("scenery") is generators.get("scenery")


def test_the_settings_name_the_one_that_paints() -> None:
    generators = Generators(Settings(generator="fake"))
    generators.add(FakeGenerator())
    assert generators.get().name == "fake"


def test_a_wrong_name_is_corrected(settings: Settings) -> None:
    with pytest.raises(InvalidRequest, match="Did you mean scenery"):
        Generators(settings).get("scenry")


def test_auto_is_scenery_where_nothing_is_configured(settings: Settings) -> None:
    choice = Generators(settings).choose()
    assert choice.generator.name == "scenery"
    assert "No other generator is configured" in choice.why
    assert Generators(settings).get("auto").name == "scenery"


def test_auto_takes_the_first_that_is_configured_and_works(configured: Settings) -> None:
    generators = Generators(configured)
    generators.add(FakeGenerator("openai"))
    generators.add(FakeGenerator("bedrock"))
    choice = generators.choose()
    assert (choice.generator.name, choice.why) == ("openai", "openai is configured and works.")


def test_auto_passes_over_what_does_not_work_and_says_why(configured: Settings) -> None:
    generators = Generators(configured)
    generators.add(FakeGenerator("openai", error=Throttled("Asked too often.")))
    generators.add(FakeGenerator("bedrock"))
    choice = generators.choose()
    assert choice.generator.name == "bedrock"
    assert "Asked too often." in choice.why
    assert choice.why.endswith("So bedrock paints.")


def test_auto_looks_again_after_a_while(configured: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    generators = Generators(configured)
    generators.add(FakeGenerator("openai", error=Throttled("Asked too often.")))
    generators.add(FakeGenerator("bedrock"))
    assert generators.get("auto").name == "bedrock"
    generators.add(FakeGenerator("openai"))
    assert generators.get("auto").name == "bedrock"
    monkeypatch.setattr(generators_, "RECHECK_S", -1.0)
    assert generators.get("auto").name == "openai"


def test_one_that_nobody_configured_is_not_asked(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Generators, "get", lambda self, name="": pytest.fail(f"{name} was asked"))
    state = Generators(settings).state("bedrock")
    assert (state.configured, state.ready) == (False, False)
    assert "set bedrock_model" in state.detail


def test_one_that_was_added_is_among_the_others(settings: Settings) -> None:
    generators = Generators(settings)
    generators.add(FakeGenerator("mine"))
    assert generators.names[-1] == "mine"
    assert generators.state("mine").ready


def test_where_there_is_only_one_auto_takes_it_whatever_is_wrong_with_it(settings: Settings) -> None:
    configured = settings.model_copy(update={"openai_url": "http://127.0.0.1:9"})
    generators = Generators(configured, {"openai": KINDS["openai"]})
    assert generators.names == ["openai"]
    choice = generators.choose()
    assert choice.generator.name == "openai"
    assert "does not work" in choice.why
    with pytest.raises(InvalidRequest, match="openai"):
        generators.check("scenery")
    for name in ("", "auto", "openai"):
        generators.check(name)
