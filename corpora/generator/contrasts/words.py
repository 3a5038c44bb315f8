"""The words that fill the gaps of frames: of every kind some for each split, and none for two of them."""

from __future__ import annotations

from dataclasses import dataclass

SPLITS = ("train", "dev", "test")


@dataclass(frozen=True)
class Noun:
    """A noun, `{p}`, with its article, `{p.a}`, and its plural, `{p.s}`."""

    word: str
    plural: str = ""

    def __str__(self) -> str:
        return self.word

    @property
    def a(self) -> str:
        """The noun behind its indefinite article."""
        return f"an {self.word}" if self.word[0] in "aeiou" else f"a {self.word}"

    @property
    def s(self) -> str:
        """The plural."""
        regular = f"{self.word}es" if self.word.endswith(("s", "sh", "ch", "x")) else f"{self.word}s"
        return self.plural or regular


@dataclass(frozen=True)
class Act:
    """What somebody does: `sing`, `sang`, `singing`."""

    base: str
    past: str
    ing: str


@dataclass(frozen=True)
class Deed:
    """What one does to another, which these cannot do to each other at once: `carrying`, `carried`."""

    ing: str
    pp: str


@dataclass(frozen=True)
class Place:
    """Where something is, `{l}`, and what that is called, `{l.noun}`."""

    preposition: str
    noun: str

    def __str__(self) -> str:
        return f"{self.preposition} the {self.noun}"


@dataclass(frozen=True)
class Chain:
    """Three nouns, each of which is a kind of the next one: `poodle`, `dog`, `animal`."""

    low: Noun
    mid: Noun
    top: Noun


@dataclass(frozen=True)
class State:
    """A thing, and two states of which it has one."""

    sub: Noun
    a: str
    b: str


@dataclass(frozen=True)
class Comparative:
    """Two comparatives that say the same in both directions."""

    more: str
    less: str


@dataclass(frozen=True)
class Sum:
    """Two numbers and what they are together."""

    x: str
    y: str
    total: str


@dataclass(frozen=True)
class Task:
    """What may be achieved: `repair the clock`, `repaired the clock`."""

    base: str
    past: str


def _nouns(text: str) -> list[Noun]:
    """Read `man/men boy`: nouns, and plurals that are not regular."""
    return [Noun(*word.split("/")) for word in text.split()]


def _acts(text: str) -> list[Act]:
    return [Act(*word.split("/")) for word in text.split()]


def _deeds(text: str) -> list[Deed]:
    return [Deed(*word.split("/")) for word in text.split()]


def _places(text: str) -> list[Place]:
    return [Place(*word.split("/")) for word in text.split()]


def _chains(text: str) -> list[Chain]:
    return [Chain(*(Noun(part) for part in word.split("<"))) for word in text.split()]


def _states(text: str) -> list[State]:
    rows = [word.split("/") for word in text.split()]
    return [State(Noun(sub), a, b) for sub, a, b in rows]


def _comparatives(text: str) -> list[Comparative]:
    return [Comparative(*word.split("/")) for word in text.split()]


def _sums(text: str) -> list[Sum]:
    return [Sum(*word.split("/")) for word in text.split()]


def _tasks(text: str) -> list[Task]:
    return [Task(*row.split("/")) for row in text.split("; ")]


WORDS = {
    "person": (
        _nouns(
            "man/men woman/women boy girl teacher doctor singer child/children cook dancer judge guard king queen "
            "tourist priest mechanic butcher tailor athlete uncle aunt manager visitor journalist actor hunter "
            "thief/thieves plumber engineer scientist monk gardener policeman/policemen fireman/firemen lady/ladies "
            "guest secretary/secretaries dentist author wrestler violinist golfer cowboy"
        ),
        _nouns("driver student waiter baker"),
        _nouns("nurse farmer lawyer soldier painter clown pilot sailor"),
    ),
    "act": (
        _acts(
            "sing/sang/singing dance/danced/dancing wave/waved/waving laugh/laughed/laughing write/wrote/writing "
            "run/ran/running jump/jumped/jumping sleep/slept/sleeping swim/swam/swimming eat/ate/eating "
            "drink/drank/drinking read/read/reading talk/talked/talking walk/walked/walking climb/climbed/climbing "
            "paint/painted/painting sneeze/sneezed/sneezing rest/rested/resting argue/argued/arguing "
            "cheer/cheered/cheering stretch/stretched/stretching clap/clapped/clapping bow/bowed/bowing "
            "juggle/juggled/juggling snore/snored/snoring crawl/crawled/crawling work/worked/working"
        ),
        _acts("whistle/whistled/whistling yawn/yawned/yawning knit/knitted/knitting pray/prayed/praying"),
        _acts(
            "shout/shouted/shouting cry/cried/crying jog/jogged/jogging skate/skated/skating smile/smiled/smiling "
            "cough/coughed/coughing kneel/knelt/kneeling"
        ),
    ),
    "deed": (
        _deeds(
            "carrying/carried chasing/chased following/followed lifting/lifted pulling/pulled teaching/taught "
            "dressing/dressed interviewing/interviewed arresting/arrested tackling/tackled examining/examined "
            "scolding/scolded bandaging/bandaged massaging/massaged handcuffing/handcuffed "
            "tattooing/tattooed escorting/escorted robbing/robbed shaving/shaved weighing/weighed "
            "hypnotizing/hypnotized overtaking/overtaken bathing/bathed"
        ),
        _deeds("dragging/dragged leading/led"),
        _deeds("pushing/pushed guiding/guided rescuing/rescued feeding/fed"),
    ),
    "place": (
        _places(
            "in/kitchen in/park on/beach in/library at/station in/garden in/office at/zoo on/balcony in/cellar "
            "in/tower on/platform at/theatre in/barn at/hotel in/gym on/hill in/tent at/bakery in/corridor "
            "on/playground at/school in/hospital"
        ),
        _places("in/stable at/airport on/roof"),
        _places("in/museum in/forest at/market on/bridge in/basement in/harbour"),
    ),
    "thing": (
        _nouns(
            "ball book chair bottle hat letter guitar cup camera pencil spoon jacket wallet newspaper ticket plate "
            "pillow sword balloon towel phone umbrella box suit ring pen map violin table shovel helmet scarf/scarves"
        ),
        _nouns("lamp drum rope coin"),
        _nouns("ladder basket bicycle candle blanket trumpet hammer mirror"),
    ),
    "name": (
        (
            "Anna Tom Maria Paul Lucy Peter John Mary Emma James Laura Mark Alice George Sarah Robert Julia Martin "
            "Kate Simon Carol Eric Diana Frank Susan Adam Chloe Hugo Ivan Rosa Leo Clara Ben Irene Max Ruth Karim Mei "
            "Pablo Aisha"
        ).split(),
        "Omar Ingrid Felix Greta".split(),
        "Sofia Victor Helen Daniel Nina Oscar".split(),
    ),
    "color": (
        "red brown black white orange golden silver beige".split(),
        "grey yellow".split(),
        "green blue purple pink".split(),
    ),
    "look": (
        "small big new broken cheap wooden round plastic expensive".split(),
        "dusty shiny".split(),
        "large pretty modern strange".split(),
    ),
    "mood": ([], [], "tired hungry nervous bearded".split()),
    "number": (
        "three five seven nine twenty thirty fifty".split(),
        "eleven thirteen fifteen".split(),
        "four six eight ten".split(),
    ),
    "day": ("Monday Tuesday Friday Christmas Easter".split(), "Wednesday Thursday".split(), "Saturday Sunday".split()),
    "event": (
        _nouns(
            "concert meeting game lesson race exam dinner speech play dance breakfast trial match interview debate "
            "storm ceremony/ceremonies"
        ),
        _nouns("lecture picnic"),
        _nouns("wedding festival parade auction"),
    ),
    "office": (
        "boss coach tutor dentist uncle aunt manager landlord father mother".split(),
        "trainer mentor".split(),
        [],
    ),
    "chain": (
        _chains(
            "poodle<dog<animal pony<horse<animal kitten<cat<animal rose<flower<plant tulip<flower<plant "
            "dagger<knife<weapon pistol<gun<weapon beagle<dog<animal stallion<horse<animal salmon<fish<animal "
            "ant<insect<animal bee<insect<animal oak<tree<plant pine<tree<plant daisy<flower<plant rifle<gun<weapon "
            "canoe<boat<watercraft yacht<boat<watercraft diamond<gem<stone ruby<gem<stone novel<book<publication "
            "dictionary<book<publication pianist<musician<artist surgeon<physician<expert"
        ),
        _chains("sedan<car<vehicle minister<politician<official"),
        _chains(
            "sparrow<bird<creature parrot<bird<creature cottage<house<building chapel<church<building ferry<ship<vessel"
        ),
    ),
    "state": (
        _states(
            "door/open/closed soup/hot/cold road/wet/dry bottle/empty/full street/quiet/noisy window/open/shut "
            "coffee/warm/cold grass/tall/low glass/cracked/whole classroom/silent/loud "
            "ticket/cheap/expensive box/big/small exam/easy/difficult bread/fresh/stale lane/wide/narrow "
            "pond/frozen/thawed tunnel/long/short cupboard/tidy/messy dog/alive/dead radio/on/off"
        ),
        _states("bed/soft/hard lake/deep/shallow"),
        _states("floor/clean/dirty blade/sharp/blunt suitcase/heavy/light shirt/tight/loose room/dark/bright"),
    ),
    "comparative": (
        _comparatives(
            "taller/shorter older/younger bigger/smaller thinner/fatter happier/sadder louder/quieter "
            "braver/shyer cleverer/sillier"
        ),
        _comparatives("wealthier/poorer"),
        _comparatives("faster/slower stronger/weaker"),
    ),
    "sum": (
        [],
        [],
        _sums(
            "four/six/ten four/eight/twelve six/eight/fourteen six/ten/sixteen eight/ten/eighteen six/four/ten "
            "eight/four/twelve ten/six/sixteen"
        ),
    ),
    "task": (
        [],
        [],
        _tasks(
            "repair the clock/repaired the clock; catch the train/caught the train; finish the puzzle/finished the "
            "puzzle; hide the gift/hid the gift; sell the cottage/sold the cottage"
        ),
    ),
    "kin": ([], [], _nouns("sister brother cousin neighbour")),
}
"""By kind the words of train, dev and test."""
