"""Verbs by the frame of their complements, with the classes of nouns that can fill it.

A row reads `split verbs: subject classes > object classes > preposition and its classes`; the split is `all`, `dev` or
`test`.  Classes are those of `nouns.py`, groups included.  `!` after a verb marks a state, which takes no progressive.
"""

from __future__ import annotations

INTRANSITIVE = """
all sleep laugh smile work wait rest dance swim cry sing shout arrive leave: human
all sleep wait rest jump bark: dog cat
all arrive leave stop: vehicle vessel
all study travel cook read drink paint: human
all shout play run: child boy girl
all ring: bell phone clock
all begin end start: event
all bloom grow: plant
all melt: snow
dev giggle hesitate stumble: human
dev sparkle: lamp candle
test whistle stutter tremble: human
test flicker: lamp candle
"""

MOTION = """
all walk run: human > > to building outdoor|through outdoor|up path|down path|into room|across path
all travel fly: human > > to city island village
all drive: human > > to building city|through city village|along road street|up road hill
all hurry return go: human > > to building room site
all swim: human > > across waters|in waters
all jump run: animal > > into waters|across path|over gate|through garden forest
all climb: human cat > > over gate|up hill tree
all fly: bird parrot goose duck > > over building outdoor waters
all crawl hide: cat mouse rabbit > > under furniture
all race: child boy girl dog > > down path|across path|through garden park
dev wander: human > > through outdoor|along path|into room
dev scramble: animal > > over gate|under furniture|up tree
test stroll: human > > through outdoor|along path
test scurry: animal > > across room|under furniture
"""

TRANSITIVE = """
all eat: human animal > edible
all cook taste smell!: human > food dish vegetable
all drink: human > drink
all drink: animal > water milk
all taste spill warm: human > drink
all warm cool: human > soup milk tea
all read write copy: human > text
all finish: human > text plan
all sign: human > contract letter report
all play practice tune: human > musical
all play watch: human > game
all win lose: human > race game match
all drive park repair wash: human > vehicle
all sail repair paint: human > vessel
all use borrow: human > tool
all carry find lose steal have! own!: human > portable
all buy sell want! need!: human > small fruit garment musical
all break drop clean paint: human > small
all break paint move clear: human > furniture
all wear wash iron buy tear dry: human > garment
all dry break: human > cup bottle plate
all empty: human > bag bottle box drawer basket
all open close shut lock paint: human > opening
all build visit leave enter: human > building
all clean paint enter leave: human > room
all visit leave love!: human > outdoor site
all cross: human animal > path river canal
all see! watch hear! notice!: human > animate
all love! hate! fear! know! admire!: human > human
all help visit meet call phone follow thank invite answer: human > human
all guide coach nurse judge: human > person
all trust! blame remember! forget! miss: human > human
all feed train catch chase calm brush own! have!: human > cat dog horse parrot rabbit goat cow
all chase bite follow fear!: animal > animal human
all calm dress feed: human > child
all free catch hunt: human > bird wolf bear fox rabbit
all water plant pick cut: human > plant
all attend enjoy leave: human > event
all plan cancel organize: agent > event
all discuss explain understand!: agent > thought
all accept reject support! change: agent > plan
all believe! doubt! remember! forget! hear!: human > rumor story answer promise reason
all make: human > mistake promise offer remark excuse
all repeat accept: human > offer answer question remark
all study teach like! enjoy discuss: human > topic
all like! enjoy: human > outing
all hire pay fire: organization > person
all build close open buy sell: organization > building
all support! publish: organization > text plan
all draw photograph sketch: human > animal building plant
all lead join leave: human > organization
all answer: human > question letter message
all light: human > candle lamp
all saw cut burn: human > tree
all love! prefer! like! share: human > edible drink
all record: human > lecture concert story talk
all surprise! worry! please! interest!: thought speech event > human
all hit damage: vehicle > vehicle tree gate
all book: human > room ticket table taxi hotel
all need! want! find offer: human > help work advice sleep money information
all load move push: human > luggage furniture equipment
dev devour: human animal > edible
dev polish purchase decorate: human > small furniture
dev criticize summarize memorize: human > plan speech text
dev accompany congratulate recognize!: human > human
dev postpone: agent > event
dev terrify! fascinate!: thought event > human
test nibble: animal > edible
test inspect collect examine: human > small text
test emphasize justify investigate: agent > issue plan
test embarrass greet: human > human
test televise: organization > event
test disappoint! astonish!: thought event > human
"""

DITRANSITIVE = """
all give show send lend: human > portable > to human
all sell: human > vehicle small > to human
all offer: human > dish fruit drink > to human
all bring give: human > dish fruit drink > to human
all teach: human > topic > to human
all tell: human > story secret rumor > to human
all buy: human > small garment > for human
all write send: human > letter message note > to human
all owe!: human > money > to human
dev deliver: human > small text > to human
dev recommend: human > text > to human
test donate: human > small text > to organization
test demonstrate: human > tool > to human
"""

PREPOSITIONAL = """
all look: human > > at animate small plant building
all wait: human > > for human vehicle answer
all listen: human > > to speech music human
all talk: human > > about thought topic human|with human
all think dream: human > > about plan human event
all laugh: human > > at mistake idea human story
all agree argue: human > > with human
all write read: human > > about topic animal
all work: human > > for organization|in building
all live!: human > > in city village|near outdoor waters|in house castle
all sit rest sleep: human > > on bed sofa bench|under tree|near waters
all sleep lie sit: dog cat > > under furniture|on bed sofa
all stand wait: human > > near building opening
all stand wait: vehicle > > near building|behind building
all believe!: human > > in plan
all belong!: portable > > to human
all pay: human > > for dish ticket drink
all look search: human > > for portable
all depend!: organization human > > on human
all stand!: building > > near waters path
all lead!: street road bridge > > to building outdoor
all vote protest: human > > for plan|against plan
all look!: human > > like teacher soldier doctor king actor
dev complain whisper: human > > about issue event
dev rely!: human > > on human
test participate: human > > in event
test apologize: human > > for mistake
test concentrate: human > > on plan
"""

PARTICLE = """
all turn/on turn/off: human > lamp
all pick/up put/down throw/away: human > small text tool
all put/on take/off: human > garment
all write/down read/out: human > answer question message
all give/up work/out: human > plan
all call/up wake/up: human > human
all clean/up: human > room
all look/up: human > answer
all cut/down: human > tree
all call/off: agent > event
all bring/back send/back: human > small text
all knock/over pick/up: human > vase cup bottle
all tear/down: agent > building
all find/out: human > reason secret
"""

PARTICLE_INTRANSITIVE = """
all wake/up get/up sit/down stand/up give/up: human
all come/back go/away run/away: human animal
all come/in go/out: human cat dog
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

QUESTION_CLAUSE = "all ask wonder know! forget! see! remember!: human\n"

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
PERCEPTION = "all see! hear! watch notice!: human > human animal\n"

COPULAR = "all seem! become look! feel! sound!: human\n"
