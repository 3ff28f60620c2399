"""When two names are the same, or nearly: one pure rule for places, people and organisations."""

from app.text import told_apart

# The kind of a place does not tell which: "Tỉnh Fukuoka", "Fukuoka Prefecture" and "Fukuoka" are one.
_KINDS = frozenset(
    {
        "tinh", "thanh", "pho", "vung", "bang", "thu", "do", "khu", "dac", "xa", "city", "of", "the",
        "prefecture", "province", "region", "state", "municipality", "metropolis", "metropolitan", "capital",
        "district", "county", "canton", "oblast", "governorate",
    }
)  # fmt: skip


def core(name: str) -> str:
    """A name as it is compared: folded, hyphens as spaces, without the words for kinds of places; the whole
    name where nothing else is left of it."""
    words = told_apart(name).split()
    return " ".join(word for word in words if word not in _KINDS) or " ".join(words)


def near(one: str, other: str) -> bool:
    """Whether two cores are the same but for a slip: a letter in five, two in nine, or the words' order."""
    if one == other or sorted(one.split()) == sorted(other.split()):
        return True
    short = min(len(one), len(other))
    return _within(one, other, 0 if short < 5 else 1 if short < 9 else 2)


def _within(one: str, other: str, most: int) -> bool:
    """Whether at most so many letters are put in, left out, changed or swapped with their neighbour."""
    if abs(len(one) - len(other)) > most:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return False
    return row[-1] <= most


def traces(name: str) -> list[str]:
    """Pieces of a core, three letters at either end of each word: a name that is near holds one of them."""
    words = [word for word in core(name).split() if len(word) >= 3]
    return list(dict.fromkeys(piece for word in words for piece in (word[:3], word[-3:])))
