"""Groups of words that many rubrics need: an expression names one as `@more` and means all of its words.

Each is a list of alternatives as an editor would write them. docs/editors.md lists the names.
"""


def words(text: str) -> tuple[str, ...]:
    """The words of a list written with strokes between them."""
    return tuple(text.split(" | "))


GROUPS: dict[str, tuple[str, ...]] = {
    "more": words(
        "增加 | 增大 | 增强 | 增多 | 提高 | 提升 | 上升 | 升高 | 加大 | 加重 | 加剧 | 变大 | 变高 | 变多 | "
        "更大 | 更高 | 更多 | 越大 | 越高 | 越多 | 扩大 | 放大 | 改善 | 涨 | 较大 | 较高 | increas* | rais* | "
        "ris* | grow* | higher | larger | bigger | more | improv* | boost* | enhanc* | amplif* | better | "
        "greater | enlarg* | worsen*"
    ),
    "less": words(
        "减少 | 减小 | 减轻 | 减弱 | 减缓 | 降低 | 下降 | 降到 | 变小 | 变低 | 变少 | 更小 | 更低 | 更少 | "
        "越小 | 越低 | 越少 | 缩小 | 缩短 | 削弱 | 较小 | 较低 | 降下来 | 变差 | 省 | 压低 | "
        "decreas* | reduc* | lower* | smaller | fewer | less | cut* | shrink* | diminish* | drop | drops | dropped | "
        "fall* | shorten*"
    ),
    "prevent": words(
        "防止 | 避免 | 缓解 | 减轻 | 解决 | 克服 | 抑制 | 减少 | 降低 | 不再 | 不会 | 不易 | 不容易 | 免得 | "
        "应对 | 防 | 消除 | 改善 | 压住 | 没有了 | 控制 | prevent* | avoid* | mitigat* | alleviat* | solv* | "
        "overcom* | suppress* | reduc* | combat* | stop* | curb* | address* | fix* | eas* | tackl* | "
        "no longer | against | counter* | eliminat* | keep* | limit*"
    ),
    "cause": words(
        "导致 | 造成 | 引起 | 引发 | 加剧 | 加重 | 产生 | 带来 | 会使 | 容易 | 恶化 | caus* | lead* | "
        "produc* | induc* | worsen* | result* … in | bring* | mak* | create*"
    ),
    "stable": words(
        "稳定 | 平稳 | 稳健 | 更稳 | 稳一些 | 稳当 | 不抖 | 稳 | stable | stabl* | stabil* | smooth* | "
        "steady | steadi* | robust*"
    ),
    "fast": words(
        "加速 | 加快 | 更快 | 变快 | 快速 | 提速 | 缩短 | 快 | 省时间 | 减少时间 | 节省时间 | 迅速 | fast* | "
        "speed* | quick* | accelerat* | short* … time | sooner | less time | sav* … time"
    ),
    "slow": words("变慢 | 更慢 | 减慢 | 拖慢 | 减速 | 放慢 | 慢 | 更久 | 变长 | slow* | longer | decelerat*"),
    "useless": words(
        "没用 | 无用 | 没有用 | 无关 | 没关系 | 没有关系 | 没有影响 | 无影响 | 不影响 | 没什么用 | 没有作用 | "
        "不起作用 | useless | irrelevant | no effect | no influence | unrelated | nothing to do with | "
        "does not matter | no role"
    ),
    "all": words(
        "所有 | 全部 | 每个 | 每一个 | 任意 | 任何 | 各个 | 其他 | 其它 | 别的 | 整个 | 全局 | 彼此 | 互相 | "
        "相互 | 两两 | all | every | each | any | other* | whole | entire | global* | pairwise | "
        "one another | each othe"
    ),
    "word": words("词 | 字 | token | 词元 | 位置 | 元素 | 单元 | word* | token* | position* | element* | item*"),
    "learn": words("学习 | 学会 | 学到 | 训练 | 学 | learn* | train*"),
    "is": words(
        "是 | 即 | 就是 | 指的 | 叫 | 等于 | 也就是 | 意味着 | 称为 | = | is | are | means | mean | refer* | "
        "denote* | equals | call*"
    ),
}
