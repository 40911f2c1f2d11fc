"""What a headline says of a version beside that it is out: that it is to come, ends, or fails.

The words are matched in a text without accents (`plain`), from which the product's own names are
taken out.
"""

from __future__ import annotations

import re
import unicodedata

from forewarn.expressions import expression

_SIGNS: dict[int, str | int | None] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x2010: "-",
    0x2011: "-",
    **dict.fromkeys((0x2122, 0xAE, 0xA9, 0x2120)),
}


def plain(text: str) -> str:
    """The text without accents (beta has one in French), and with one sign for what looks alike."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_SIGNS))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _words(*patterns: str) -> re.Pattern[str]:
    found = "|".join(plain(pattern) for pattern in patterns)
    return expression(rf"(?<![a-z])(?:{found})(?![a-z])", re.IGNORECASE)


_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_SOON = (
    r"(?:soon|shortly|tomorrow|next\s+\w+|later\s+this\s+\w+"
    r"|this\s+(?:week|month|summer|fall|autumn|winter|spring))"
)
# Of versions that cannot be downloaded yet, or not any more; whatever else is said.
_NOT_OUT = _words(
    rf"(?:coming|comes|arriv\w+|launch\w*|releas\w+|ships|available|here|out)\s+(?:very\s+)?{_SOON}",
    rf"(?:coming|arriving|due|expected|scheduled)\s+(?:for\s+)?(?:early|late|mid|q[1-4]|[0-9]{{1,2}}[./]|(?:[0-9]{{1,2}}\s+)?(?:{_MONTHS}))",
    r"suspended(?=\s*$)|(?:rollout|delivery)\s+(?:is\s+)?(?:stopped|suspended)|pre-?orders?",
    r"soon\s+(?:to\s+be\s+)?available|(?:is|are)\s+coming|coming\s+(?:to|in|on|up)|upcoming",
    r"delay(?:s|ed)?|postponed|road[\s-]?map|road\s+to|not\s+(?:yet\s+)?(?:been\s+)?(?:released|available|out|ready)",
    r"unreleased|unavailable|withdrawn|recall(?:ed)?|yanked|revoked|unpublished|retracted|pulled|removed(?=\s*$|\s+from)|cancel+ed|skipp(?:ed|ing)",
    r"planned|plans\s+for|planning|proposal|(?:in|under)\s+development|in\s+the\s+works|on\s+the\s+horizon|ahead\s+of|towards?",
    r"what\s+to\s+expect|sneak\s+peek|(?:a\s+)?peek\s+at|(?:first|a)\s+look\s+at|first\s+look|look(?:ing)?\s+(?:ahead|forward)|outlook",
    r"save\s+the\s+date|countdown|rumou?rs?|leaks|leaked|get\s+ready\s+for|prepar(?:e|ing)\s+for|progress\s+(?:on|report)",
    r"(?:status|development)\s+(?:update|report)|(?:release|launch)\s+(?:date|schedule|plan|planning|calendar|timeline|criteria|blockers?)",
    r"schedule\s+(?:for|of)|(?:feature|code|string|api|soft|hard)\s+freeze|branched|branching|branch\s+(?:created|cut|point)",
    r"call\s+for\s+(?:translations?|papers|help|contributions|feedback)",
    r"how\s+to|webinars?|workshops?|do(?:\s+not|n['\u2019]t)\s+(?:install|use|download|update|upgrade)|roll(?:ed|ing)?[\s-]?back|^revert(?:ed|s)?|paused|on\s+hold|halted",
    r"^merge\s+(?:pull\s+request|branch|remote)|will\s+(?:ship|be|arrive|come|land|have|bring|include|support|follow|launch|get|drop|release|reach|end|stop|lose)",
    # German, French, Spanish, Italian, Portuguese, Dutch, Russian, Japanese, Chinese, Korean
    r"rückruf(?:aktion)?|zurückgerufen|gestoppt|angehalten|pausiert|ausgesetzt|verzögert|verzögerung|verspätet",
    r"vorankündigung|geplant|voraussichtlich|noch\s+nicht|abgesagt|warnung\s+vor",
    r"nicht\s+(?:installieren|verwenden|einsetzen|aktualisieren|herunterladen|einspielen)",
    r"reportée?|retrait|rappel(?=\s+d)|annulée?|suspendue?|ne\s+pas\s+installer|retrasad[oa]|pospuest[oa]|cancelad[oa]|suspendid[oa]|no\s+instal\w+",
    r"posticipat[oa]|annullat[oa]|sospes[oa]|suspens[oa]|ingetrokken|uitgesteld|teruggetrokken|binnenkort|niet\s+installeren",
    r"demnächst|bald|in\s+kürze|erscheint|kommt",
    r"verschoben|ausblick|in\s+vorbereitung|zurückgezogen",
    r"bientôt|prochainement|à\s+venir|repoussée?|feuille\s+de\s+route|retirée?",
    r"próximamente|muy\s+pronto|aplazad[oa]|retirad[oa]|in\s+arrivo|prossimamente|rinviat[oa]|ritirat[oa]",
    r"em\s+breve|adiad[oa]",
    r"\u0441\u043a\u043e\u0440\u043e|\u043e\u0442\u043b\u043e\u0436\u0435\u043d\w*",
    r"近日|まもなく|延期|公開予定|リリース予定",
    r"即将|敬请期待|곳\s*출시|출시\s*예정",
)
# Of what is to be tried before it is out.
_TO_BE_TRIED = _words(
    r"call\s+for\s+test(?:ing|ers)|help\s+(?:us\s+)?test(?:ing)?|testers\s+wanted|^test(?:ing)?"
)
# Of versions that are out, and have been for some time, most likely.
_ABOUT = _words(
    r"end[\s-]of[\s-](?:life|support|maintenance|sales?|service)|eol|eos|(?:loses?|out\s+of|end\w*)\s+support|support\s+(?:ends?|ended|ending|expires)",
    r"ends?\s+on|extended\s+support|no\s+longer\s+(?:supported|available|maintained)|unsupported|discontinu\w+|deprecat\w+|retire(?:d|s|ment)|sunset\w*",
    r"before\s+(?:its\s+|the\s+)?release|what\s+to\s+do|goodbye|farewell|removals|life[\s-]?cycle|(?:one|two|three|[0-9]+)\s+years?\s+(?:later|after|of)|years?\s+of|anniversary|retrospective",
    r"vulnerabilit(?:y|ies)(?!\s+(?:scan\w*|management|assess\w*))|vulnerable|advisor(?:y|ies)|exploit(?:ed|s)?|zero[\s-]day|errat(?:a|um)",
    r"security\s+(?:issue|flaw|hole|bug|bulletin|notice|alert)s?|known\s+(?:issue|problem|bug)s?|(?:issue|problem|bug|crash|crashes|issues|problems|bugs)\s+(?:with|in|affecting)",
    r"(?:upgrade|update|migration|user|field|admin\w*|installation|quick[\s-]start|beginner\S*)\s+(?:guide|notes|path|instructions|checklist)",
    r"(?:upgrading|migrat(?:e|ing|ion))\s+(?:to|from)|guide\s+(?:to|for)|tutorials?|walk[\s-]?through|podcast|newsletter",
    r"getting\s+started|survey|interview|case\s+study|faq|reviewed|review(?=\s*$|\s+of|:)|compar(?:ed|ing|ison)|versus|vs\.?|wins\s+|award|certified|downloads?\s+(?:top|of)",
    r"(?:and|or)\s+(?:all\s+)?(?:later|earlier|below|above|older|newer|prior|up|higher|lower|previous)",
    r"ende\s+(?:der|des)\s+(?:unterstützung|wartung|supports?|lebenszyklus)|nicht\s+(?:mehr|länger)\s+(?:unterstützt|gepflegt|gewartet|verfügbar)",
    r"abgekündigt|wartungsfenster|störung(?:en)?|bekannte[rns]?\s+(?:fehler|probleme?)|veraltet|wird\s+nicht\s+mehr",
    r"support[\s-]?ende|ende\s+des\s+supports|endet|eingestellt|sicherheitslücken?|anleitung|umstieg|migration\s+auf|schwachstellen?",
    r"fin\s+(?:de|du)\s+(?:vie|support|soporte|vida|ciclo)|faille|vulnérabilités?|vulnerabilidad\w*|vulnerabilità|fine\s+del\s+supporto|tutoriel|guide\s+de|guía\s+de",
    r"\u0443\u044f\u0437\u0432\u0438\u043c\w*|サポート終了|脆弱性|停止支持|漏洞|지원\s*종료|취약점",
)
# Right before or behind a version: it is out, whatever else the headline speaks of.
_OUT_BEHIND = expression(
    r"[\s)\]\"'\u201d]*(?:has\s+been|have\s+been|is|are|was|now|officially|final(?:ly)?|stable|[\s,])*"
    r"(?:released?(?!\s+(?:date|schedule|plan))|available|out|here|live|launched|shipped|published|landed|fix(?:es|ed)?|address(?:es|ed)|resolv(?:es|ed)|patch(?:es|ed)"
    r"|clos(?:es|ed)|contains?|includes?|adds|brings|(?:security|maintenance|bug[\s-]?fix)\s+(?:release|update|fix)|release\s+notes|change[\s-]?log)(?![a-z])",
    re.IGNORECASE,
)
_OUT_BEFORE = expression(
    r"(?<![a-z])(?:announcing|announced?:?|introducing|released?:?|release\s+of|(?:release\s+notes|change[\s-]?log)(?:\s+(?:of|for))?|fixed\s+in|fixes\s+in"
    r"|what(?:['\u2019]?s|\s+is)\s+new\s+in|(?:security|maintenance|bug[\s-]?fix)\s+(?:release|update))[\s:]*(?:v|version)?\s*$",
    re.IGNORECASE,
)
# Between two versions: what is said is said of the way from one to the other, or of both.
_SPAN = expression(
    r"\s*(?:->|=>|\u2192|\u21d2|\u00bb|\u2013|\u2014|-|to|through|thru|till|vs\.?|versus|bis|auf|vers|a)\s*v?\s*",
    re.IGNORECASE,
)


def not_out(text: str, *, early: bool = False) -> str | None:
    """The words by which a text speaks of a version that is not out, or out no more.

    `early` says that the version is one of a stage, which is there to be tried.
    """
    match = _NOT_OUT.search(text) or (None if early else _TO_BE_TRIED.search(text))
    return match[0] if match else None


def about_another_matter(text: str) -> str | None:
    """The words by which a text speaks of something else than that a version is out."""
    match = _ABOUT.search(text)
    return match[0] if match else None


def says_it_is_out(before: str, behind: str) -> bool:
    """Whether what stands right before or behind a version says that it is out."""
    return bool(_OUT_BEFORE.search(before) or _OUT_BEHIND.match(behind))


def is_a_span(between: str) -> bool:
    """Whether two versions with this between them are the ends of a way or of a range."""
    return bool(_SPAN.fullmatch(between))
