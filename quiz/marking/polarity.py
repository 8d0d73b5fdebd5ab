"""Which words of a clause are denied: negations, what they reach, and the negations that deny nothing.

The lists are data; docs/marking.md explains them to candidates. Clauses come normalised (lower case, simplified
Chinese, no punctuation), cut at commas and stronger marks.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from quiz.marking.vocabulary import words

# Words with a negation in them that deny nothing, and two negations that cancel each other out.
HARMLESS = (
    *words(
        r"不仅 | 不但 | 不只 | 不光 | 不单 | 不止 | 不断 | 不同 | 不管 | 不论 | 无论 | 不妨 | 不过 | 不错 | 不少 | "
        r"不得不 | 不可少 | 不可或缺 | 不可缺少 | 必不可少 | 离不开 | 少不了 | 免不了 | 不变 | 一成不变 | 不足 | "
        r"不确定性 | 不可分 | 不外乎 | 差不多 | 要不 | 不然 | 无监督 | 无偏 | 无限 | 无穷 | 无关紧要 | 无标注 | "
        r"无标签 | 未来 | 未知 | 未见 | 未登录 | 没准 | 没问题 | 不能不 | 不会不 | 不可不 | 并非不 | 不是不 | "
        r"不会没有 | 不能没有 | 不可没有 | 无不 | 无非 | 莫不 | 难道不 | 何尝不 | 岂不 | 怎么能不 | 怎能不 | "
        r"不就是 | 不正是 | 别忘 | 否则 | 能否 | 是否 | 与否 | 是不是 | 能不能 | 会不会 | 要不要 | 有没有 | "
        r"好不好 | 对不对 | 不自觉 | not only | not just | not merely | not simply | no matter | not to mention | "
        r"no doubt | not without | not un\w+ | never without | cannot but | isn t it | don t forget | "
        r"whether or not | no one else | not in\w*significant | nothing but | no less | not least"
    ),
    r"(?:不|没有|没|缺少)(?=[^ ]{1,12}(?:的话|的时候|时(?![间刻序代])|就会|则会))",
    r"without(?= .{1,80}\b(?:would|could|might|may)\b)",
)

# What denies all that follows in its clause.
DENIALS = (
    *words(
        r"并不是 | 并不 | 并非 | 并没有 | 并未 | 不是 | 不会 | 不能 | 不应该 | 不应 | 不该 | 不要 | 不可以 | "
        r"不可 | 不必 | 不需要 | 不需 | 不用 | 不再 | 不像 | 不如 | 不属于 | 不在于 | 不等于 | 不代表 | 不意味着 | "
        r"不一定 | 不太 | 不怎么 | 不具备 | 不依赖 | 不涉及 | 不考虑 | 不使用 | 不关心 | 不看 | 不靠 | 不管用 | "
        r"不 | 没有 | 没 | 未曾 | 未能 | 未必 | 未 | 无需 | 无须 | 无法 | 无从 | 无 | 毫无 | 从不 | 从未 | 决不 | "
        r"绝不 | 绝非 | 而非 | 而不是 | 而不 | 别用 | 别把 | 别让 | 禁止 | 避免使用 | 拒绝 | 缺乏 | 缺少 | 失去 | "
        r"丧失 | 去掉 | 去除 | 取消 | 抛弃 | 放弃 | 谁说 | 哪里会 | 怎么可能 | 有人以为 | 有人认为 | 有人说 | "
        r"误以为 | 误认为 | 错误地认为 | 误解 | 误区 | not | never | no longer | no | none of | nothing | "
        r"without | neither | nor | cannot | unlike | instead of | rather than | as opposed to | hardly | "
        r"fails? to | failed to | lacks? | lacking | people think | some think | some say | myth | misconception | "
        r"mistakenly | wrongly | far from"
    ),
    r"(?:do|does|did|is|are|was|were|wo|would|ca|could|should|has|have|had|must|need)n t",
)

# What comes after one of these is no longer denied by what stands before it.
TURNS = words(
    r"而是 | 而应 | 而要 | 反而 | 只是 | 就能 | 就可 | 就会 | 就 | 也能 | 也可 | 也会 | 便能 | 便可 | 即可 | "
    r"却 | 但 | 仍 | 依然 | 照样 | 从而 | 以便 | 的同时 | 的情况下 | 的前提下 | 的条件下 | 的时候 | "
    r"的话 | 才 | but | yet | instead | still | so that | in order to | while | whereas"
)

# After one of these a negation only supposes: "without clipping, gradients would explode" says what clipping is for.
SUPPOSED = words(
    r"如果 | 若是 | 若 | 要是 | 倘若 | 假如 | 假设 | 一旦 | 只要 | 万一 | if | unless | suppose | otherwise"
)

# What denies all that precedes it in its clause.
REFUTED = words(
    r"是错的 | 是错误的 | 是不对的 | 不对 | 不成立 | 是误区 | 是误解 | 是谣言 | 说法有误 | 行不通 | is wrong | "
    r"is false | is incorrect | is not true | isn t true | is a myth | does not hold"
)


def _pattern(*groups: tuple[str, ...]) -> str:
    listed = [word for group in groups for word in group]
    chinese = sorted((word for word in listed if not word.isascii()), key=len, reverse=True)
    english = sorted((word for word in listed if word.isascii()), key=len, reverse=True)
    return "|".join([*chinese, *(rf"\b(?:{'|'.join(english)})\b" for _ in english[:1])])


CUE = re.compile(
    f"(?P<harmless>{_pattern(HARMLESS)})|(?P<refuted>{_pattern(REFUTED)})|(?P<supposed>{_pattern(SUPPOSED)})"
    f"|(?P<denial>{_pattern(DENIALS)})|(?P<turn>{_pattern(TURNS)})"
)

CANCELS_WITHIN = 3
"""Characters between two negations that cancel each other out."""


class Denied(NamedTuple):
    """A negation from `start` to `end` reaches from `reach_start` to `reach_end`.

    Where `cancelled_by` is the start of a second negation, it denies only a statement that has that one in itself:
    "not without a gate" denies "without a gate", and affirms the gate.
    """

    start: int
    end: int
    reach_start: int
    reach_end: int
    cancelled_by: int | None = None


def denials_in(clause: str) -> Iterator[Denied]:
    """What the negations of a clause deny."""
    open_cue: tuple[int, int] | None = None
    cancelled_by: int | None = None
    is_supposed = False
    for found in CUE.finditer(clause):
        kind, start, end = found.lastgroup, found.start(), found.end()
        if kind == "supposed":
            is_supposed = True
        elif kind == "refuted":
            yield Denied(start, end, 0, start)
        elif kind == "turn":
            if open_cue:
                yield Denied(*open_cue, open_cue[1], start, cancelled_by)
                open_cue = cancelled_by = None
            is_supposed = False
        elif kind == "denial" and not is_supposed:
            if open_cue is None:
                open_cue = (start, end)
            elif start - open_cue[1] <= CANCELS_WITHIN:
                cancelled_by = start
    if open_cue:
        yield Denied(*open_cue, open_cue[1], len(clause), cancelled_by)
