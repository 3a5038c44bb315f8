"""Verbs by the frame of their complements, with the classes of nouns that can fill it.

A row reads `split verbs: subject classes > object classes > preposition and its classes`; the split is `all`, `dev` or
`test`.  Classes are those of `nouns.py`, groups included.  `!` after a verb marks a state, which takes no progressive.
"""

from __future__ import annotations

INTRANSITIVE = """
all sleep laugh smile work wait rest dance swim cry sing shout: human
all sleep wait rest run jump: animal
all arrive leave disappear: human
all arrive stop leave: vehicle vessel
all bark: dog
all study travel cook read drink: human
all fall: plant
all melt: snow
all begin end start: event
all grow: plant
all ring: bell phone
all play: child boy girl
dev giggle hesitate stumble: human
dev sparkle: lamp candle
test whistle stutter tremble: human
test flicker: lamp candle
"""

MOTION = """
all walk run travel: human > > to place outdoor|through outdoor|into building
all drive: human > > to destination|through outdoor
all hurry return: human > > to building room
all swim: human > > across water
all run jump walk: animal > > into outdoor|across surface
all fly: bird parrot > > over building outdoor water
all fly: pilot > > over water
all climb: human > > over wall
all crawl: animal > > under furniture
all drive stop: vehicle > > near building
dev wander: human > > through outdoor|into room
dev scramble: animal > > over wall|under furniture
test stroll: human > > through outdoor|along surface
test scurry: animal > > across room|under furniture
"""

TRANSITIVE = """
all eat: human animal > edible
all cook taste smell: human > edible
all drink: human animal > drink
all taste spill: human > drink
all read write copy: human > text
all finish: human > text idea
all translate sign: human > text
all play practice tune: human > musical
all play win lose watch: human > game match
all drive park repair wash: human > vehicle
all sail repair paint: human > vessel
all use borrow sharpen: human > tool
all carry find lose hide steal: human > portable
all buy sell want! need!: human > thing countfood garment
all break drop clean paint: human > small
all break paint move: human > furniture
all wear wash iron buy tear: human > garment
all open close shut lock paint: human > opening
all build visit leave enter: human > building
all clean paint: human > room building
all visit cross: human > outdoor surface
all cross watch: human animal > water surface
all see watch hear notice!: human > animate
all love! hate! fear! know! admire!: human > human animal
all help visit meet call follow thank invite: human > human
all teach trust! blame remember! forget!: human > human
all feed train catch chase stroke: human > animal
all chase bite follow: animal > animate
all catch eat: animal > animal
all water plant pick cut: human > plant
all attend enjoy leave visit: human > event
all plan cancel organize: agent > event
all discuss explain understand! accept reject: agent > idea
all hear believe! doubt! remember! forget!: human > abstract
all make hear repeat: human > speech
all study teach like! enjoy: human > topic
all like! enjoy: human > outing
all hire pay: organization > person
all build close open buy sell: organization > building
all support! publish: organization > idea text
all paint draw photograph: human > animate building plant
all lead join leave: human > organization
all answer: human > question letter message
all light: human > candle lamp
all saw cut burn: human > tree
all love! prefer! like! share: human > edible drink
all record: human > speech event
all surprise! worry! please!: idea speech event > human
all hit damage: vehicle > vehicle tree wall gate
dev devour: human animal > edible
dev polish purchase decorate: human > small furniture
dev criticize summarize memorize: human > idea speech text
dev accompany congratulate recognize!: human > human
dev refuse postpone: agent > event idea
dev terrify! fascinate!: idea event > human
test nibble: animal > edible
test inspect collect examine: human > small text
test emphasize justify investigate: agent > idea
test apprehend embarrass greet: human > human
test organise televise: agent > event
test disappoint! astonish!: idea event > human
"""

DITRANSITIVE = """
all give show send lend: human > portable > to human
all sell: human > thing > to human
all offer: human > edible drink > to human
all bring give: human > edible drink > to human
all teach: human > topic > to human
all tell: human > story secret rumor > to human
all buy: human > small garment > for human
all write send: human > letter message note > to human
dev deliver: human > small text > to human
dev recommend: human > text > to human
test donate: human > small text > to organization
test demonstrate: human > tool > to human
"""

PREPOSITIONAL = """
all look: human > > at animate small plant building
all wait: human > > for human vehicle
all listen: human > > to speech human
all talk: human > > about idea topic human|with human
all think dream: human > > about idea event human
all laugh: human > > at idea human
all agree argue: human > > with human
all write read: human > > about topic animal
all work: human > > for organization
all work: human > > in building
all live!: human > > in city village building|near outdoor water
all sit rest sleep: human animal > > on furniture|under tree
all stand wait: human > > near building opening
all believe! succeed: human > > in idea
all belong!: thing > > to human
all pay: human > > for thing edible
all look search: human > > for portable
all depend!: organization human > > on human
all lie hide: animal > > under furniture plant
all stand!: building > > near water surface
all lead!: street road > > to building outdoor
all vote protest: human > > for idea|against idea
dev complain whisper: human > > about idea event
dev rely!: human > > on human
test participate: human > > in event
test apologize: human > > for mistake
test concentrate: human > > on idea
"""

PARTICLE = """
all turn/on turn/off: human > lamp
all pick/up put/down throw/away: human > portable
all put/on take/off: human > garment
all write/down read/out: human > idea text
all give/up work/out: human > plan idea
all call/up wake/up: human > human
all clean/up: human > room
all look/up: human > answer
all cut/down: human > tree
all call/off: agent > event
all bring/back send/back: human > portable
all knock/over pick/up: human > small
all tear/down: agent > building
all find/out: human > reason secret
"""

PARTICLE_INTRANSITIVE = """
all wake/up get/up sit/down stand/up give/up: human
all come/back go/away run/away: human animal
all break/down slow/down: vehicle
all calm/down grow/up: human
"""

THAT_CLAUSE = """
all say think know! believe! hope hear! notice! explain: human
all forget! remember! fear! doubt!: human
all claim announce: agent
all feel! see! decide agree promise: human
dev suspect! assume! insist: human
test realize! conclude admit: human
"""

QUESTION_CLAUSE = "all ask wonder know! forget! see! remember! decide: human\n"

CONTROL = """
all want! hope try plan decide begin start like! need! forget refuse promise love! offer agree learn: human
dev intend! hesitate: human
test attempt pretend: human
"""

GERUND = """
all enjoy start stop finish keep like! love! hate! begin: human
dev avoid: human
test resume: human
"""

OBJECT_CONTROL = """
all ask tell teach order advise allow: human > human
dev encourage: human > human
test persuade: human > human
"""
"""With an indirect object that is the subject of the infinitive (`told him to go`)."""

WANT_OBJECT = "all want! expect! need!: human > human\n"
"""With an object that is the subject of the infinitive (`wants him to go`)."""

BARE = "all let make help: human > human\n"
PERCEPTION = "all see hear watch notice!: human > human animal\n"

COPULAR = "all seem! become look! feel! sound!: human\n"
