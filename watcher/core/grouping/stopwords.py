"""Words that say nothing about which event is reported, folded, language by language. Data only."""

from __future__ import annotations

_WORDS = """
a an the of to in on at for from by with and or but as is are was were be been has have had it its this that these
those he she his her they their them who whom which what when where why how not no nor so than then there here into
over after before amid about against between during under up down out off more most some any all one two say says said
will would could can may might should do does did s t d re ve ll you we our your my i us if also new just still being
while since until
le la les de du des un une et ou en dans sur pour par au aux avec sans ce cette ces qui que est sont ont il elle ils ne
pas plus se son sa ses leur leurs apres avant selon contre entre comme mais
w we na z ze do od o i a oraz ale po przez za przed przy nad pod dla jest sa byl byla bylo byly byc sie nie to ten ta te
tego tej tym tych jak jako ktory ktora ktore ktorzy co czy juz jeszcze moze ma maja jego jej ich
el los las del al y e u una unos con sin su sus por para lo se es son fue ha han como mas pero tras segun sobre entre
der die das den dem des ein eine einer eines einem einen und oder im am zu zum zur mit von vom nach vor bei aus auf fur
uber ist sind war waren hat haben wird werden nicht auch sich als wie gegen unter
v vo na s so k ko ot do po za iz u o ob i a no ne ni zhe li by chto kak eto tot ta te dlya pri pod nad ego ee ikh byl
byla bylo byli posle protiv
il lo gli di da nel nella dei delle che non ma per tra
os um uma no na dos das ao pelo pela com
في من على الى إلى عن مع هذا هذه ذلك التي الذي ان أن بعد قبل بين و ما لا
"""

STOPWORDS = frozenset(_WORDS.split())
