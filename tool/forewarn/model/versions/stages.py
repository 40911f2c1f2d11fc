"""Words in versions and track names that say how far something is from its release."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

# From far to near.
_STAGES = (
    # Built as the work goes on, with no promise.
    "dev devel develop development nightly daily weekly canary unstable test testing experimental "
    "exp edge next insider insiders trunk head tip main master ci wip draft poc proto prototype "
    "internal bleeding pull feature sandbox lab labs staging qa",
    "alpha",
    "beta pb publicbeta",
    "milestone ms",
    "pre preview prerelease pr ea eap ctp dp tp cp er early earlyaccess earlyadopter "
    "techpreview devpreview sneakpeek evaluation eval demo trial sample",
    "rc cr candidate",
    "snapshot",
)
# Two apart: there is room for what comes before a stage, such as pre-alpha.
STAGE: Mapping[str, int] = {
    word: 2 * place for place, words in enumerate(_STAGES, start=1) for word in words.split()
} | {"prealpha": 3, "prebeta": 5}
# What a word stands for that says of which kind a stage is that follows.
ADJECTIVE = 0
# Short for a word when a number follows; alone they are patch letters, as in OpenSSL 1.0.2b.
SHORT: Mapping[str, str] = {"a": "alpha", "b": "beta", "c": "rc", "m": "milestone"}
# Words that say "this is the release".
RELEASE = frozenset(["final", "ga", "release"])
# Words that say of a stage who may have it, and nothing of the release: public beta.
_ADJECTIVES = (
    "public private open closed limited tech technology technical developer developers "
    "development dev customer user early build first second third field pre"
)
# Halves of a stage's name, each with what may be before it: early access.
_HALVES = {"access": "early", "adopter": "early", "adopters": "early", "peek": "sneak"}
# Words that come with a release or after it, and say of which kind it is: none is a stage.
_KINDS = (
    # Corrections of a release, and its builds.
    "patch patched patchlevel pl post sp servicepack service pack hotfix hot hf fix fixes bugfix "
    "fixpack fp if update upd up su cu ru rur mr kb qfe gdr ldr ptf rev revision build bld no nr "
    "security sec cve maint maintenance rel rollup refresh respin rebuild repack dfsg ds "
    # For how long, or for whom.
    "lts esr ltsc ltsb sts eus ce ee oss community enterprise ent professional pro home standard "
    "ultimate premium full lite light server client desktop commercial edition version ver "
    # For which system, or packed by whom.
    "linux win windows winnt mac macos osx darwin ios android freebsd unix posix solaris aix intel "
    "amd arm aarch armhf armv armel universal ppc powerpc riscv mips sparc noarch any all bit "
    "debian deb ubuntu bpo el fc rhel centos sles suse opensuse amzn al alpine slim musl gnu glibc "
    "redhat cos gke eks aks rke rancher vmware openshift jboss jenkins mariadb mysql pgsql ol cl "
    "jre jdk java scala hadoop spark python py php ruby cuda cpu gpu openjdk temurin msi exe rpm "
    "focal jammy noble bionic xenial buster bullseye bookworm trixie"
)
_IS_ADJECTIVE, _IS_KIND = frozenset(_ADJECTIVES.split()), frozenset(_KINDS.split())


def stage_at(words: Sequence[str], place: int) -> int | None:
    """The stage that a word among runs of letters and of digits stands for; None if for none.

    The words are in small letters. A higher stage is nearer to the release; `ADJECTIVE` is none,
    but belongs to the stage that follows.
    """
    word, follow = words[place], place + 1
    if follow < len(words) and words[follow].isdigit():
        word = SHORT.get(word, word)
        if word == "beta" and place > 1 and words[place - 2] == "u":
            return None  # in 8u492-b09 the b is a build
    while follow < len(words) and words[follow] in RELEASE:
        follow += 1
    after = words[follow] if follow < len(words) else ""
    if (after in STAGE and word in _IS_ADJECTIVE) or _HALVES.get(after) == word:
        return ADJECTIVE
    before = words[place - 1] if place else ""
    if _HALVES.get(word, "-") == before:
        return STAGE["preview"]
    stage = STAGE.get(word)
    return stage - 1 if stage and before == "pre" else stage


def is_understood(word: str) -> bool:
    """Whether a word, in small letters, is known not to be a stage."""
    return len(word) == 1 or word in RELEASE or is_kind(word) or word[0] + word[2:] == "z"


def is_kind(word: str) -> bool:
    """Whether a word, in small letters, says of which kind a release is, or how it was packed."""
    return word in _IS_KIND


def is_early(track: str) -> bool:
    """Whether the name of a track says that what is on it comes before a release.

    It does so by its first word (beta, early-access, nightly 2) or its last one (2.7-beta); words
    such as edge may end a name (galaxy-s7-edge), and mean nothing there.
    """
    words = re.findall("[a-z]+", track.lower())
    if not words:
        return False
    return stage_at(words, 0) is not None or STAGE.get(words[-1], 0) >= STAGE["alpha"]
