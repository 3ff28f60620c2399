"""Who is named in a text."""

import pytest

from app.notes.mentions import Colleague, SeveralMeant, named_in

AN = Colleague(1, "Nguyễn Văn An", "an@city.example")
ANH = Colleague(2, "Nguyễn Văn Anh", "anh@city.example")
LAN = Colleague(3, "Lê Thị Lan", "lan@city.example")
EVERYBODY = [AN, ANH, LAN]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Nguyễn Văn An xem giúp", [AN]),
        ("nhờ @nguyen van anh.", [ANH]),
        ("@Nguyễn Văn An, @Lê Thị Lan", [AN, LAN]),
        ("(@lan@city.example)", [LAN]),
        ("@Lê Thị Lan và @lan@city.example", [LAN]),
        ("thư của lan@city.example", []),
        ("@Nguyễn", []),
        ("@", []),
        ("@@Lê Thị Lan", [LAN]),
        ("@Lê Thị Lana", []),
        ("@Fukuoka", []),
        ("không nhắc ai", []),
        ("dòng một\n@Lê Thị Lan\ndòng ba", [LAN]),
    ],
)
def test_a_colleague_is_named_by_name_or_address(text, named):
    assert named_in(text, EVERYBODY) == named


def test_marks_tell_two_names_apart():
    lan = Colleague(4, "Lê Thị Lân", "lan2@city.example")
    assert named_in("@Lê Thị Lân", [*EVERYBODY, lan]) == [lan]
    with pytest.raises(SeveralMeant):
        named_in("@Le Thi Lan", [*EVERYBODY, lan])


def test_of_two_namesakes_the_address_tells_which():
    other = Colleague(5, "Nguyễn Văn An", "an2@city.example")
    with pytest.raises(SeveralMeant, match="Nguyễn Văn An"):
        named_in("@Nguyễn Văn An", [AN, other])
    assert named_in("@an2@city.example", [AN, other]) == [other]
