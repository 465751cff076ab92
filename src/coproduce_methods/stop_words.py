"""Words that tell nothing by themselves, by language. A language without a list has none left out."""

_ENGLISH = """
a about above after again against ago all almost along already also although always am among an and another any
anybody anyone anything anyway are aren't around as at away back be became because become been before began behind
being below between both but by came can can't cannot come comes could couldn't did didn't do does doesn't doing don't
done down during each either else enough especially etc even ever every everybody everyone everything far few first
for from further gave get gets getting give given gives giving go goes going gone got had hadn't has hasn't have
haven't having he he'd he'll he's her here here's hers herself him himself his how how's however i i'd i'll i'm i've
if in indeed instead into is isn't it it'd it'll it's its itself just keep kept knew know known knows last least less
let let's like made make makes making many may maybe me might mine more most much must my myself near nearly need
needed needs neither never next no nobody none nor not nothing now of off often on once one ones only onto or other
others our ours ourselves out over own per perhaps put quite rather really said same saw say says see seem seemed seems
seen she she'd she'll she's should shouldn't since so some somebody someone something sometimes soon still such take
taken takes tell than thank thanks that that'll that's the their theirs them themselves then there there's these they
they'd they'll they're they've thing things think this those though thought through till to together told too took
toward towards tried try two under until unless up upon us use used using usually very via want wanted wants was wasn't
way we we'd we'll we're we've well went were weren't what what's whatever when when's whenever where where's whether
which while who who'd who'll who's whoever whole whom whose why will with within without won't would wouldn't yes yet
you you'd you'll you're you've your yours yourself yourselves
n na nil
"""

STOP_WORDS: dict[str, frozenset[str]] = {"en": frozenset(_ENGLISH.split())}
