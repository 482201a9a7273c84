import pytest

from cyclorama.backgrounds.scenery.scene import Place
from cyclorama.backgrounds.scenery.words import (
    correct,
    distance,
    read,
    senses,
    slips,
    spoken,
    stem,
    told,
    vocabulary,
)

pytestmark = pytest.mark.unit

# as people write them: prompt, place, time, weather, palette, elements among those asked for
PROMPTS = [
    ("beach with palm trees at sunset", "beach", "sunset", "", "", {"palms"}),
    ("A tropical beach at sunrise, calm sea", "beach", "dawn", "clear", "", set()),
    ("beech with palmtree at sunst", "beach", "sunset", "", "", set()),
    ("montains at dawn, foggy", "mountains", "dawn", "fog", "", set()),
    ("Snowy mountains with pine trees", "mountains", "", "snow", "", {"pines"}),
    ("misty forrest in the early morning", "forest", "dawn", "fog", "", set()),
    ("autumn forest with sun rays", "forest", "golden", "", "autumn", {"sunbeams"}),
    ("city skyline at night", "city", "night", "", "", set()),
    ("cyberpunk city in the rain", "alley", "night", "rain", "neon", set()),
    ("New York City at dusk", "city", "dusk", "", "", set()),
    ("desert dunes under a starry sky", "desert", "night", "", "", {"stars"}),
    ("outer space with a planet and stars", "space", "night", "", "", {"planet", "stars"}),
    ("a purple nebula in deep space", "nebula", "", "", "purple", set()),
    ("underwater coral reef with fish", "underwater", "", "", "", {"fish"}),
    ("under the sea, bubbles", "underwater", "", "", "", {"bubbles"}),
    ("green meadow with wildflowers, sunny day", "meadow", "day", "", "green", {"flowers"}),
    ("rolling hills of Tuscany, golden hour", "meadow", "golden", "", "", set()),
    ("cozy library with warm light", "library", "", "", "warm", set()),
    ("old libary full of books", "library", "", "", "", set()),
    ("modern office with big windows", "office", "", "", "", {"window"}),
    ("office space, bright and airy", "office", "", "", "bright", set()),
    ("living room with a fireplace at night", "living_room", "night", "", "", {"fireplace"}),
    ("cosy living room, evening", "living_room", "golden", "", "warm", set()),
    ("café in the rain", "cafe", "", "rain", "", set()),
    ("coffee shop", "cafe", "", "", "", set()),
    ("podcast studio with neon lights", "podcast", "night", "", "neon", set()),
    ("gaming room", "gaming", "night", "", "neon", set()),
    ("abstract blue waves", "abstract", "", "", "blue", set()),
    ("pastel gradient", "gradient", "", "", "pastel", set()),
    ("teal and orange", "abstract", "", "", "teal", set()),
    ("northern lights", "aurora", "night", "", "", {"aurora"}),
    ("sunset", "beach", "sunset", "", "", set()),
    ("palm trees", "beach", "", "", "", {"palms"}),
    ("a sailboat on the ocean", "sea", "", "", "", {"sailboat"}),
    ("stormy sea", "sea", "", "storm", "", set()),
    ("mountain lake, black and white", "mountains", "", "", "mono", {"lake"}),
    ("WINTER WONDERLAND", "snow", "", "snow", "", set()),
    ("home office with plants", "office", "", "", "", {"plants"}),
]


@pytest.mark.parametrize(("prompt", "place", "time", "weather", "palette", "elements"), PROMPTS)
def test_prompts_as_people_write_them(
    prompt: str, place: str, time: str, weather: str, palette: str, elements: set[str]
) -> None:
    reading = read(prompt)
    assert (reading.place, reading.time, reading.weather, reading.palette) == (place, time, weather, palette)
    assert elements <= reading.elements


def test_understood_are_the_prompts_own_words() -> None:
    assert read("Beach with Palm Trees at sunset").understood == ("Beach", "Palm Trees", "at sunset")
    assert read("beach, beach").understood == ("beach",)


def test_unknown_words_are_named_and_filler_is_not() -> None:
    reading = read("a beautiful beach with pirates and a parrot")
    assert reading.understood == ("beach",)
    assert reading.unknown == ("pirates", "parrot")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("beech", "beach"),
        ("montain", "mountain"),
        ("moutnain", "mountain"),
        ("sunst", "sunset"),
        ("forrest", "forest"),
        ("dessert", "dessert"),
        ("libary", "library"),
        ("offce", "office"),
        ("underwatter", "underwater"),
        ("sonw", "snow"),
        ("abstact", "abstract"),
        ("galaxi", "galaxy"),
    ],
)
def test_small_misspellings(typed: str, meant: str) -> None:
    assert correct(typed) == meant


def test_everyday_words_are_never_taken_for_misspellings() -> None:
    words = [
        "teach",
        "reach",
        "peach",
        "bench",
        "could",
        "store",
        "story",
        "plant",
        "maintain",
        "fountain",
        "winner",
        "spring",
        "start",
        "stairs",
        "show",
        "clean",
        "place",
        "great",
        "street",
        "string",
        "house",
        "plans",
        "stand",
        "state",
        "water",
        "letter",
        "better",
        "people",
        "paper",
        "music",
        "dance",
        "party",
        "birthday",
        "wedding",
        "dragon",
        "pirate",
        "castle",
        "bridge",
        "train",
        "plane",
        "robot",
        "coach",
        "horse",
        "sheep",
        "doctor",
        "lawyer",
        "teacher",
        "student",
        "friend",
        "family",
        "mother",
        "father",
        "brother",
        "sister",
        "kitchen",
        "bathroom",
        "hallway",
        "football",
        "basketball",
        "tennis",
        "soccer",
        "guitar",
        "piano",
        "violin",
        "drums",
        "concert",
        "theatre",
        "cinema",
        "museum",
        "school",
        "church",
        "temple",
        "market",
        "garage",
        "engine",
        "rocket",
        "camera",
        "phone",
        "table",
        "chair",
        "mirror",
        "carpet",
        "ceiling",
        "happy",
        "angry",
        "funny",
        "scary",
        "clever",
        "quick",
        "lazy",
        "brown",
        "jumps",
        "over",
        "think",
        "about",
        "because",
        "before",
        "after",
    ]
    for word in words:
        plain = stem(word)
        assert correct(plain) == plain, word


def test_corrections_are_reported() -> None:
    assert read("montains at sunst").corrected == (("montains", "mountain"), ("sunst", "sunset"))


@pytest.mark.parametrize(
    ("prompt", "negative"),
    [
        ("beach without palm trees", ""),
        ("beach, no palm trees", ""),
        ("beach", "palm trees"),
        ("beach", "people, text, palms"),
        ("beach with no people or palm trees", ""),
    ],
)
def test_negation_drops_elements(prompt: str, negative: str) -> None:
    reading = read(prompt, negative)
    assert reading.place == "beach"
    assert "palms" in reading.dropped
    assert "palms" not in reading.elements


def test_negation_ends_with_what_it_negates() -> None:
    reading = read("no clouds, beach with palm trees")
    assert reading.dropped == {"clouds"}
    assert "palms" in reading.elements


def test_what_is_never_painted_can_be_refused_but_not_asked_for() -> None:
    assert read("beach, no people").unknown == ()
    assert read("beach with people").unknown == ("people",)


def test_a_room_shows_another_place_through_its_windows() -> None:
    reading = read("office with a view of the mountains")
    assert (reading.place, reading.view, reading.spare) == ("office", "mountains", ())


def test_a_second_landscape_is_left_to_the_first_to_show() -> None:
    reading = read("desert, and a city")
    assert reading.place == "desert"
    assert reading.spare == (("city", "city"),)
    assert "city" in reading.elements


@pytest.mark.parametrize("prompt", ["qwxz", "12345", "🏖️🌴", "!!!", "the of and"])
def test_nothing_known_gives_no_place(prompt: str) -> None:
    assert read(prompt).place == ""


def test_distance_counts_swaps_as_one() -> None:
    assert distance("ab", "ba", 2) == 1
    assert distance("sunset", "sunst", 2) == 1
    assert distance("beach", "mountain", 2) == 3


def test_every_phrase_of_the_vocabulary_reads_as_itself() -> None:
    """In a prompt of its own, each means what its file says, whatever other languages have like it."""
    plain = {"number", "not_before", "not_after", "colour", "place_hint", "place_use", "closest", "time_hint"}
    missed = []
    lexicons = vocabulary().lexicons.values()
    for lexicon in lexicons:
        for phrase, meaning in lexicon.entries.items():
            if not meaning or any(phrase in other.entries for other in lexicons if other is not lexicon):
                continue  # a word of two languages means either
            reading = read(" ".join(phrase))
            names = {reading.place, reading.view, reading.time, reading.weather, reading.palette}
            names |= {reading.season, reading.mood, reading.style} | reading.elements
            expected = {name for category, name in meaning if category not in plain} - senses().unpainted
            if not expected <= names and not reading.colours:
                missed.append(f"{lexicon.language}: {' '.join(phrase)}: {sorted(expected - names)}")
    assert not missed, "\n".join(missed)


@pytest.mark.parametrize(
    ("prompt", "place", "time", "dropped"),
    [
        ("una playa al atardecer, sin gente", "beach", "sunset", {"people"}),
        ("plage au coucher du soleil sans personne", "beach", "sunset", {"people"}),
        ("Palmenstrand bei Nacht ohne Menschen", "beach", "night", {"people"}),
        ("praia ao pôr do sol no verão, sem pessoas", "beach", "sunset", {"people"}),
        ("海辺の夕日、人物や文字なし", "beach", "sunset", {"people", "text"}),
        ("海滩日落, 没有人", "beach", "sunset", {"people"}),
        ("海灘日落, 沒有人", "beach", "sunset", {"people"}),
        ("समुद्र तट पर सूर्यास्त, लोगों के बिना", "beach", "sunset", {"people"}),
        ("samundar kinare raat, bina logon ke", "beach", "night", {"people"}),
    ],
)
def test_languages(prompt: str, place: str, time: str, dropped: set[str]) -> None:
    reading = read(prompt)
    assert (reading.place, reading.time, reading.unknown) == (place, time, ())
    assert dropped <= reading.dropped


@pytest.mark.parametrize(
    ("prompt", "counts"),
    [
        ("beach with two palm trees", {"palms": 2}),
        ("a reef with 3 turtles, a jellyfish and lots of fish", {"turtle": 3, "jellyfish": 1, "fish": 12}),
        ("a couple of tall palm trees, a few birds", {"palms": 2, "birds": 3}),
        ("dos palmeras y un velero", {"palms": 2, "sailboat": 1}),
        ("drei Segelboote auf dem Meer", {"sailboat": 3}),
        ("ヤシの木が二本、海", {"palms": 2}),
        ("两棵棕榈树的海滩", {"palms": 2}),
        ("दो नारियल के पेड़", {"palms": 2}),
        ("a starry night over a beach with palm trees", {}),
        ("one beach, no palm trees", {}),
    ],
)
def test_counts(prompt: str, counts: dict[str, int]) -> None:
    assert dict(read(prompt).counts) == counts


@pytest.mark.parametrize(
    ("prompt", "palette", "colours"),
    [
        ("office in our brand colour #0A7D4F", "", ("#0a7d4f",)),
        ("office, #0a7 and white", "", ("#00aa77", "#f5f4f0")),
        ("gradient rgb(255 99 71)", "", ("#ff6347",)),
        ("gradient, hsl(120, 100%, 25%)", "", ("#008000",)),
        ("geometric, navy and gold", "", ("#1b2a55", "#d9ac3f")),
        ("burgundy marble", "", ("#800020",)),
        ("dark green library", "green", ()),
        ("a black cat in a bright room", "bright", ()),
        ("not too bright", "muted", ()),
        ("pastel #ff0000 gradient", "pastel", ("#ff0000",)),
        ("rgb(beach) #twitch #12345", "neon", ()),
        ("gaming room in green", "green", ()),
        ("gaming room", "neon", ()),
        ("green screen", "", ("#00b140",)),
    ],
)
def test_colours(prompt: str, palette: str, colours: tuple[str, ...]) -> None:
    reading = read(prompt)
    assert (reading.palette, reading.colours) == (palette, colours)


def test_seasons_and_moods_fill_what_is_left_open() -> None:
    autumn = read("forest in autumn")
    assert (autumn.season, autumn.palette) == ("autumn", "autumn")
    assert "leaves" in autumn.elements
    assert read("blue forest in autumn").palette == "blue"
    assert "leaves" not in read("forest in autumn, no leaves").elements
    assert read("winter forest").weather == "snow"
    assert read("winter forest, no snow").weather == ""
    spooky = read("spooky forest")
    assert (spooky.mood, spooky.time, spooky.weather, spooky.palette) == ("spooky", "night", "fog", "dark")
    assert read("spooky forest at dawn").time == "dawn"


@pytest.mark.parametrize(
    ("prompt", "place", "style"),
    [
        ("beach, watercolour", "beach", "watercolour"),
        ("pixel art city", "city", "pixel"),
        ("low poly forest", "forest", "low-poly"),
        ("office, blurred background", "office", "soft"),
        ("paper cut forest", "forest", "flat"),
        ("paper cut", "paper", ""),
    ],
)
def test_styles(prompt: str, place: str, style: str) -> None:
    reading = read(prompt)
    assert (reading.place, reading.style) == (place, style)


@pytest.mark.parametrize(
    ("prompt", "place", "view"),
    [
        ("sea view office", "office", "sea"),
        ("living room overlooking the mountains", "living_room", "mountains"),
        ("cafe in Paris", "cafe", "city"),
        ("forest waterfall", "waterfall", ""),
        ("森の滝", "waterfall", ""),
        ("the city seen from a rooftop", "rooftop", ""),
        ("屋上から見た街", "rooftop", ""),
        ("cabin in the snowy mountains", "mountains", ""),
        ("wooden pier", "harbour", ""),
    ],
)
def test_places_that_meet(prompt: str, place: str, view: str) -> None:
    reading = read(prompt)
    assert (reading.place, reading.view) == (place, view)


def test_what_cannot_be_painted_gets_the_closest_place() -> None:
    reading = read("a swimming pool")
    assert (reading.place, reading.closest) == ("beach", ("swimming pool", "beach"))
    assert read("a castle on a beach").unknown == ("castle",)


def test_the_note_says_what_is_painted_and_what_is_not() -> None:
    office = Place((), holds=frozenset({"window"}))
    shown, said = told(read("office overlooking the sea, pirates"), office)
    assert shown == ("office", "sea")
    assert said == 'Painted "office" with a view of "sea". Not in this painter\'s vocabulary: "pirates".'
    shown, said = told(read("office overlooking the sea"), Place(()))
    assert said == 'Painted "office". This place cannot show "sea".'
    shown, said = told(read("desert with a city, in autumn"), Place((), holds=frozenset({"city"})))
    assert (shown, said) == (("desert", "autumn", "city"), "")


@pytest.mark.parametrize("category", ["place", "time", "weather", "season", "palette"])
def test_names_in_notes_are_read_as_what_they_name(category: str) -> None:
    names = {
        name
        for meaning in vocabulary().lexicons["en"].entries.values()
        for kind, name in meaning
        if kind == category
    }
    for name in names:
        assert getattr(read(spoken(name, category)), category) == name


HOSTILE = {
    "unknown words": " ".join(f"{chr(97 + n % 26)}{n * 7919 % 99991:x}q" for n in range(2000)),
    "misspelt": "montain foest sunst libary palmtre biblotek " * 230,
    "one character": "海" * 10_000,
    "characters": "".join(chr(0x4E00 + n * 7919 % 20000) for n in range(10_000)),
    "places": "beach forest city office " * 400,
    "colours": "#0a7d4f " * 1250,
    "brackets": "rgb((" * 2000,
    "emoji": "🏖️🌴🌅" * 2000,
    "marks": "b\u0301\u0302\u0303e\u0301a\u0301ch" * 1000,
    "right to left": "\u202ebeach\u202c" * 1400,
    "controls": "".join(chr(n % 32) for n in range(10_000)),
    "ligatures": "ﷺ" * 10_000,
    "joiners": "\u200d\u200c\ufeff" * 3000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_input_is_little_work(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """10,000 characters of anything are read, with few words compared letter by letter."""
    compared = 0

    def counted(a: str, b: str, limit: int) -> int:
        nonlocal compared
        compared += 1
        return distance(a, b, limit)

    monkeypatch.setattr(slips, "distance", counted)
    text = text[:10_000]
    reading = read(text, text)
    assert len(reading.understood) + len(reading.unknown) <= 1200
    assert compared < 2000
