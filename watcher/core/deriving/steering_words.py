"""Small words that tell how the things of a steering sentence belong together, folded. Data only."""

from __future__ import annotations

_PREPOSITIONS = """
in on at by with from to against over under between among amid into towards toward of for about after before during
en dans a au aux avec contre entre sur sous pour par de du des chez vers apres avant
con contra sobre para por desde hacia tras del
mit gegen von vom in im zwischen uber unter fur auf aus nach vor bei zu zum zur
w we z ze na do od przeciw przeciwko miedzy nad pod dla po przed przez o
v vo s so na k ot do protiv mezhdu nad pod dlya posle pered cherez o ob iz po
em no na com contra entre sobre para por da do das dos
con contro tra fra su per da di nel nella
في من على إلى عن مع ضد بين
"""
_BETWEEN = "between entre zwischen miedzy mezhdu mizh tra fra بين"
_AND = "and et y e und i oraz a و"
_POSSESSIVES = (
    "their theirs its whose leur leurs sus cuyo ihr ihre ihren ihrer ihrem deren ich ikh seus suas loro"
)
_PRONOUNS = "they them ils elles ellos ellas sie im"
_TOGETHER = """
together joint jointly alliance allied union bloc common mutual each cooperation cooperate between among
ensemble commun commune alliance union bloc conjoint conjointe juntos alianza union comun gemeinsam bundnis allianz
zusammen razem wspolnie wspolny sojusz vmeste soyuz alyans sovmestno juntos alianca insieme alleanza
"""

PREPOSITIONS = frozenset(_PREPOSITIONS.split())
"""Something after one of these is another party than what stood before it."""
BETWEEN = frozenset(_BETWEEN.split())
AND = frozenset(_AND.split())
POSSESSIVES = frozenset(_POSSESSIVES.split())
"""What follows belongs to somebody named before: "their break with …"."""
BACK = POSSESSIVES | frozenset(_PRONOUNS.split())
TOGETHER = frozenset(_TOGETHER.split())
"""Several act as one."""
