import pytest

from cyclorama.backgrounds.scenery.words import correct, distance, read, senses, stem, vocabulary

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
            if any(phrase in other.entries for other in lexicons if other is not lexicon):
                continue  # a word of two languages means either
            reading = read(" ".join(phrase))
            names = {reading.place, reading.view, reading.time, reading.weather, reading.palette}
            names |= {reading.season, reading.mood, reading.style} | reading.elements
            expected = {name for category, name in meaning if category not in plain} - senses().unpainted
            if not expected <= names and not reading.colours:
                missed.append(f"{lexicon.language}: {' '.join(phrase)}: {sorted(expected - names)}")
    assert not missed, "\n".join(missed)
