"""Nouns by semantic class, each class with words for every split and words held out for dev and for test.

A row reads `class: shared words | only in dev | only in test`.  Held-out words have endings or relatives that tell
their class, so that a model that looks inside words has a chance.
"""

from __future__ import annotations

COUNT_NOUNS = """
person: teacher nurse farmer student doctor lawyer baker painter singer driver writer actor waiter soldier sailor guard judge cook guide coach captain pilot engineer scientist artist neighbor friend visitor tourist customer clerk thief officer manager reporter poet guest tailor gardener boy girl man woman child hunter dancer king queen
 | violinist photographer librarian electrician carpenter shopkeeper biologist translator mechanic fisherman drummer bookseller
 | pianist journalist politician plumber ranger chemist historian technician novelist postman trainer watchmaker
kin: brother sister mother father uncle aunt cousin son daughter husband wife | nephew stepbrother | niece stepsister
animal: dog cat horse cow duck bear wolf fox rabbit goat sheep mouse bird goose parrot lion monkey pig hen | kitten squirrel hedgehog donkey piglet | puppy sparrow lizard tortoise duckling
fruit: apple pear banana orange cherry lemon plum | peach apricot | mango strawberry
vegetable: carrot onion potato tomato cabbage | cucumber pumpkin | turnip cauliflower
dish: sandwich cake pie egg sausage cookie pancake | omelette dumpling | muffin waffle
text: book letter report newspaper poem story novel magazine article note diary contract message | pamphlet manuscript dictionary | brochure encyclopedia leaflet
musical: guitar piano violin drum flute trumpet cello | accordion clarinet | mandolin trombone
vehicle: car truck bus train van taxi bicycle tractor | motorcycle minibus | motorbike limousine
vessel: boat ship ferry | sailboat steamer | rowboat freighter
tool: hammer knife saw rope brush drill needle ladder spoon rake | screwdriver wrench chisel | shovel paintbrush corkscrew
small: bag basket cup bottle vase ring coin watch umbrella ball doll toy phone camera picture plate clock suitcase blanket pillow ticket gift key lamp candle bell stone map | teapot necklace flashlight notebook calculator | lantern bracelet backpack keyboard typewriter
garment: coat shirt dress jacket scarf sweater hat skirt shoe glove | raincoat waistcoat | overcoat cardigan
building: house school library museum hospital church station castle hotel bakery factory theater barn bank restaurant shop | cathedral warehouse gymnasium | monastery lighthouse laboratory
outdoor: garden park forest village city market valley harbor cave zoo | courtyard vineyard | orchard meadow
surface: beach bridge street farm island mountain square road | pavement hillside | riverbank boulevard
water: river lake pond sea canal | reservoir | waterfall
room: kitchen office classroom bedroom hall | bathroom corridor | basement hallway
furniture: table chair desk shelf bench bed sofa | bookcase sideboard | armchair cupboard
opening: door window gate box drawer | suitcase mailbox | trunk cabinet
plant: tree flower rose bush tulip | daisy sunflower | orchid lily
event: concert meeting party lecture race game festival exhibition show match trial parade lesson play | performance ceremony seminar tournament celebration | demonstration auction carnival rehearsal competition
outing: walk run swim drive ride hike dance rest | stroll | jog
speech: speech promise offer answer call suggestion remark excuse | announcement recommendation apology | statement complaint confession
idea: idea plan problem question mistake decision secret rumor result reason theory project | accusation argument discovery agreement invention | explanation investigation disagreement prediction improvement
organization: company government council team club committee union firm | association ministry partnership | corporation federation agency
part: roof door wall window floor | staircase chimney | balcony doorway
feature: beard mustache ponytail tattoo scar | dimple moustache | freckle haircut
"""  # noqa: E501 - a table reads best with one class per line

MASS_NOUNS = """
food: bread cheese rice soup salad meat fish butter honey chocolate cereal | porridge spaghetti | marmalade yogurt
drink: water milk coffee tea juice wine beer | lemonade | cider
topic: history music art politics science weather sport law medicine | philosophy geography economics | biology literature astronomy
quality: courage patience honesty kindness luck talent experience strength | loneliness generosity friendship enthusiasm | happiness curiosity leadership excitement
stuff: money luggage furniture equipment homework information advice news traffic | jewelry machinery | clothing stationery
weather: rain snow wind fog | sunshine | moonlight
"""

NO_PLURAL_SHIFT = ("feature",)

FEMALE = frozenset("girl woman queen sister mother aunt daughter wife niece stepsister hen policewoman".split())
MALE = frozenset("boy man king brother father uncle son husband nephew stepbrother fisherman postman".split())

GROUPS = {
    "human": ("person", "kin"),
    "agent": ("person", "kin", "organization"),
    "animate": ("person", "kin", "animal"),
    "countfood": ("fruit", "vegetable", "dish"),
    "edible": ("fruit", "vegetable", "dish", "food"),
    "transport": ("vehicle", "vessel"),
    "portable": ("small", "text", "garment", "tool", "musical"),
    "thing": ("small", "text", "garment", "tool", "musical", "furniture", "vehicle"),
    "place": ("building", "outdoor", "room"),
    "destination": ("building", "outdoor", "surface"),
    "abstract": ("idea", "speech"),
}
"""Wider classes that verbs and adjectives may name."""

OF_RELATIONS = {
    # noun before `of`: classes after it
    "roof": ("building",), "owner": ("building", "vehicle", "animal"), "end": ("event", "street"),
    "beginning": ("event",), "price": ("small", "vehicle", "garment", "building"), "color": ("garment", "vehicle"),
    "cover": ("text",), "author": ("text",), "title": ("text",), "captain": ("vessel",), "driver": ("vehicle",),
    "head": ("organization",), "member": ("organization",), "size": ("building", "garment"), "taste": ("food", "fruit"),
    "smell": ("plant", "food"), "history": ("building", "outdoor"), "result": ("event",), "sound": ("musical",),
    "edge": ("water", "surface"), "photo": ("animal", "building", "plant"), "leader": ("organization",),
}  # fmt: skip

CONTAINERS = {
    # container: classes of what it holds
    "cup": ("tea", "coffee", "milk"), "bottle": ("water", "wine", "milk", "juice"), "glass": ("water", "milk", "beer"),
    "bowl": ("soup", "rice", "cereal", "salad"), "piece": ("cake", "bread", "cheese", "chocolate"),
    "bag": ("apples", "potatoes", "onions", "cherries"), "basket": ("eggs", "tomatoes", "pears", "plums"),
    "box": ("cookies", "candles", "toys", "books"), "slice": ("bread", "pie", "cheese"),
}  # fmt: skip
