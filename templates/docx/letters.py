"""The letters, worded: invitation, chase, reactivation, thanks in Vietnamese and English, and the reminder to
a unit of the city in Vietnamese alone.

The names in braces are those of app/letters/draft.py. What is not known comes in brackets and highlighted.
"""

from collections.abc import Callable
from typing import Any

from docx.shared import Mm
from layout import BOTH, CENTRE, LEFT, WIDTH, columns, head, page, receive, write


def letter(build: Callable[[Any], None]) -> Callable[[], Any]:
    """A Vietnamese letter: head, addressee, what it says, signature."""

    def make() -> Any:
        document = page()
        head(document, "Số: {{ number }}", about="V/v {{ subject }}")
        write(document, "Kính gửi: {{ addressee }}", align=CENTRE, size=14, after=12)
        build(document)
        left, right = _foot(document, LEFT + 10)
        receive(left, ("Như trên",))
        write(right, "{{ signer_title }}", bold=True, align=CENTRE, after=60)
        write(right, "{{ signer }}", bold=True, align=CENTRE)
        return document

    return make


def english(build: Callable[[Any], None]) -> Callable[[], Any]:
    """An English letter, as one writes abroad."""

    def make() -> Any:
        document = page()
        head(document, "Ref.: {{ number }}", english=True)
        write(document, "{{ to_name }}", bold=True, after=0)
        for name in ("to_title", "to_place"):
            write(document, "{%p if " + name + " %}")
            write(document, "{{ " + name + " }}", after=0)
            write(document, "{%p endif %}")
        write(document, "{{ subject }}", bold=True, before=16, after=10)
        write(document, "{{ dear }}", after=8)
        build(document)
        left, _right = _foot(document, 100)
        write(left, "Yours sincerely,", after=60)
        write(left, "{{ signer }}", bold=True, after=0)
        write(left, "{{ signer_title }}", after=0)
        write(left, "{{ office }}")
        return document

    return make


def _foot(document: Any, left: float) -> Any:
    """Room for the signature, on the page of the last sentence."""
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    write(document, "", size=4, after=0).paragraph_format.keep_with_next = True
    return columns(document, left, WIDTH - left)


def say(document: Any, text: str) -> None:
    """A paragraph of a Vietnamese letter."""
    paragraph = write(document, text, align=BOTH, size=14, after=6)
    paragraph.paragraph_format.first_line_indent = Mm(10)
    paragraph.paragraph_format.line_spacing = 1.1


def tell(document: Any, text: str) -> None:
    """A paragraph of an English letter."""
    write(document, text, align=BOTH, after=8).paragraph_format.line_spacing = 1.1


def listed(document: Any, loop: str, text: str, *, size: float = 13) -> None:
    """Numbered lines, one for each item."""
    write(document, "{%p for it in " + loop + " %}")
    numbered(document, "{{ it.number }}", text, size=size)
    write(document, "{%p endfor %}")
    write(document, "{%p if not " + loop + " %}")
    write(document, "{{ no_items }}", size=size, after=4).paragraph_format.left_indent = Mm(10)
    write(document, "{%p endif %}")


def numbered(document: Any, number: Any, text: str, *, size: float = 13) -> None:
    """A line with its number before it."""
    shape = write(document, f"{number}.\t{text}", align=BOTH, size=size, after=4).paragraph_format
    shape.left_indent, shape.first_line_indent = Mm(17), Mm(-7)
    shape.tab_stops.add_tab_stop(Mm(17))


def _case(document: Any, condition: str, then: Callable[[], None], other: Callable[[], None]) -> None:
    write(document, "{%p if " + condition + " %}")
    then()
    write(document, "{%p else %}")
    other()
    write(document, "{%p endif %}")


GREETING = "{{ office }} xin gửi tới {{ salutation }} lời chào trân trọng"
CONTACT = "Đầu mối liên hệ: {{ officer }}, thư điện tử: {{ officer_email }}."
WAITS = "{{ office }} mong nhận được ý kiến của {{ you }} trước {{ reply_by }}."
RESPECT = "Trân trọng./."


def invitation(document: Any) -> None:
    """They are asked to come."""
    say(
        document,
        GREETING + " và cảm ơn sự quan tâm của {{ partner }} dành cho quan hệ hữu nghị, hợp tác với thành "
        "phố "
        "{{ city }}.",
    )
    write(document, "{%p if our_visit %}")
    say(
        document,
        "Đoàn đại biểu thành phố {{ city }} đã có chuyến thăm và làm việc tại {{ partner }} {{ our_visit }}. "
        "Thành phố {{ city }} trân trọng sự đón tiếp của phía {{ partner }} và mong có dịp đón tiếp đáp lễ.",
    )
    write(document, "{%p endif %}")
    say(
        document,
        "Nhằm tiếp tục vun đắp quan hệ giữa hai địa phương và thúc đẩy hợp tác thực chất, trước hết về "
        "{{ sectors }}, {{ office }} trân trọng mời {{ invited }} dẫn đầu Đoàn đại biểu {{ partner }} "
        "sang "
        "thăm và làm việc tại thành phố {{ city }}, thời gian {{ proposed_days }}.",
    )
    say(document, "Chương trình cụ thể và công tác lễ tân, hậu cần sẽ do hai bên thống nhất. " + CONTACT)
    say(document, WAITS)
    say(document, RESPECT)


def invitation_en(document: Any) -> None:
    """They are asked to come."""
    tell(
        document,
        "On behalf of the {{ office }}, I have the honour to convey to you our warm greetings and our "
        "appreciation "
        "of the friendly relations between {{ partner }} and {{ city }}.",
    )
    write(document, "{%p if our_visit %}")
    tell(
        document,
        "A delegation of {{ city }} had the pleasure of visiting {{ partner }} {{ our_visit }}. We remain "
        "grateful for the welcome it received and would be glad to return your hospitality.",
    )
    write(document, "{%p endif %}")
    tell(
        document,
        "With a view to further strengthening our ties and turning them into practical cooperation, first of "
        "all in {{ sectors }}, I have the pleasure of inviting you to lead a delegation of {{ partner }} to "
        "{{ city }} {{ proposed_days }}.",
    )
    tell(
        document,
        "The programme and the practical arrangements will be agreed between our two sides. "
        "{{ officer }} ({{ officer_email }}) will be glad to assist your office.",
    )
    tell(
        document,
        "I should be grateful for your reply by {{ reply_by }}, and look forward to welcoming you to "
        "{{ city }}.",
    )


def chase(document: Any) -> None:
    """What they promised and have not done yet."""
    say(document, GREETING + " và cảm ơn sự hợp tác của {{ partner }} trong thời gian qua.")
    say(
        document,
        "Để các nội dung hai bên đã thống nhất sớm được triển khai, {{ office }} trân trọng đề nghị {{ you "
        "}} "
        "quan tâm, thông tin về tiến độ các nội dung do phía {{ partner }} đảm nhận sau đây:",
    )
    listed(
        document,
        "promises",
        "{{ it.title }} (thống nhất {{ it.raised }}; thời hạn {{ it.due }}).",
        size=14,
    )
    say(
        document,
        "Nếu {{ you }} cần thêm thông tin hoặc muốn điều chỉnh thời gian thực hiện, {{ office }} sẵn sàng "
        "trao "
        "đổi để hai bên cùng tìm phương án phù hợp. " + CONTACT,
    )
    say(document, WAITS)
    say(document, RESPECT)


def chase_en(document: Any) -> None:
    """What they promised and have not done yet."""
    tell(
        document,
        "On behalf of the {{ office }}, I should like to thank you for the cooperation between {{ partner "
        "}} and "
        "{{ city }}.",
    )
    tell(
        document,
        "So that what our two sides have agreed may soon bear fruit, I should be grateful if you would "
        "kindly "
        "let us know how matters stand with the following points, which {{ partner }} undertook to see to:",
    )
    listed(document, "promises", "{{ it.title }} (agreed {{ it.raised }}; due {{ it.due }})")
    tell(
        document,
        "Should you need further information or prefer another date, we stand ready to find a suitable "
        "arrangement together. {{ officer }} ({{ officer_email }}) will be glad to assist your office.",
    )
    tell(document, "A reply by {{ reply_by }} would be greatly appreciated.")


def reactivation(document: Any) -> None:
    """A tie that has fallen silent is taken up again."""
    say(document, GREETING + ".")
    say(
        document,
        "Quan hệ hữu nghị giữa thành phố {{ city }} và {{ partner }} được thiết lập từ {{ tie_since }}"
        "{% if paper %}; hai bên đã ký {{ paper }} {{ paper_on }}{% endif %}. Lần trao đổi gần nhất giữa "
        "hai bên "
        "diễn ra {{ last_contact }}. Thành phố {{ city }} luôn coi trọng mối quan hệ này và mong muốn cùng "
        "{{ partner }} nối lại trao đổi, đưa hợp tác đi vào thực chất.",
    )
    say(document, "Với tinh thần đó, {{ office }} trân trọng đề nghị:")
    numbered(
        document,
        1,
        "Hai bên tổ chức một buổi làm việc trực tuyến để rà soát các nội dung đã trao đổi và lựa chọn một "
        "đến "
        "hai nội dung hợp tác cụ thể, trước hết về {{ sectors }};",
        size=14,
    )
    numbered(document, 2, "Mỗi bên cử một đầu mối liên hệ thường xuyên.", size=14)
    say(document, CONTACT)
    say(document, WAITS)
    say(document, RESPECT)


def reactivation_en(document: Any) -> None:
    """A tie that has fallen silent is taken up again."""
    tell(
        document,
        "On behalf of the {{ office }}, I have the honour to convey to you our warm greetings.",
    )
    tell(
        document,
        "{{ city }} and {{ partner }} have been bound by ties of friendship since {{ tie_since }}"
        "{% if paper %}, and our two sides signed the {{ paper }} {{ paper_on }}{% endif %}. Our latest "
        "exchange took "
        "place {{ last_contact }}. {{ city }} attaches great value to this relationship and would very much "
        "like to resume our dialogue and to lead it to practical cooperation.",
    )
    tell(document, "In this spirit, I should like to propose the following:")
    numbered(
        document,
        1,
        "that our two sides hold a working session online to take stock of our exchanges and to choose one "
        "or "
        "two concrete points of cooperation, first of all in {{ sectors }};",
    )
    numbered(document, 2, "that each side name a regular point of contact.")
    tell(
        document,
        "{{ officer }} ({{ officer_email }}) will be glad to make the arrangements with your office. I "
        "should "
        "be grateful for your reply by {{ reply_by }}.",
    )


def thanks(document: Any) -> None:
    """After a visit, in either direction."""
    _case(
        document,
        "they_came",
        lambda: say(
            document,
            GREETING + " và chân thành cảm ơn {{ you }} cùng Đoàn đại biểu {{ partner }} đã dành thời gian "
            "thăm "
            "và làm việc tại thành phố {{ city }} {{ visit_days }}.",
        ),
        lambda: say(
            document,
            GREETING + " và chân thành cảm ơn {{ you }} cùng {{ partner }} đã dành cho Đoàn đại biểu thành "
            "phố "
            "{{ city }} sự đón tiếp trọng thị, chu đáo trong chuyến thăm và làm việc {{ visit_days }}.",
        ),
    )

    def agreed() -> None:
        say(document, "{{ office }} xin ghi nhận các nội dung hai bên đã thống nhất:")
        listed(
            document, "promises", "{{ it.title }} ({{ it.side }} thực hiện; thời hạn {{ it.due }}).", size=14
        )
        say(
            document,
            "{{ office }} sẽ phối hợp chặt chẽ với {{ you }} để sớm triển khai các nội dung nêu trên. "
            + CONTACT,
        )

    _case(
        document,
        "promises",
        agreed,
        lambda: say(
            document,
            "{{ office }} mong tiếp tục phối hợp với {{ you }} để đưa quan hệ giữa hai địa phương ngày "
            "càng đi "
            "vào thực chất. " + CONTACT,
        ),
    )
    _case(
        document,
        "they_came",
        lambda: say(document, "Rất mong có dịp được đón tiếp {{ you }} trở lại thành phố {{ city }}."),
        lambda: say(document, "Rất mong có dịp được đón tiếp {{ you }} tại thành phố {{ city }}."),
    )
    say(document, RESPECT)


def thanks_en(document: Any) -> None:
    """After a visit, in either direction."""
    _case(
        document,
        "they_came",
        lambda: tell(
            document,
            "On behalf of the {{ office }}, I should like to thank you and the delegation of {{ partner }} "
            "most "
            "sincerely for visiting {{ city }} {{ visit_days }}.",
        ),
        lambda: tell(
            document,
            "On behalf of the {{ office }}, I should like to thank you and {{ partner }} most sincerely "
            "for the warm "
            "and attentive welcome given to the delegation of {{ city }} {{ visit_days }}.",
        ),
    )

    def agreed() -> None:
        tell(document, "Allow me to recall what our two sides agreed:")
        listed(document, "promises", "{{ it.title }} (to be done by {{ it.side }}; due {{ it.due }})")
        tell(
            document,
            "We shall work closely with you to carry these points out. {{ officer }} ({{ officer_email }}) "
            "will be glad to assist your office.",
        )

    _case(
        document,
        "promises",
        agreed,
        lambda: tell(
            document,
            "We look forward to continuing our work together and to giving our ties ever more substance. "
            "{{ officer }} ({{ officer_email }}) will be glad to assist your office.",
        ),
    )
    _case(
        document,
        "they_came",
        lambda: tell(document, "It would be a pleasure to welcome you to {{ city }} again."),
        lambda: tell(document, "It would be a pleasure to welcome you to {{ city }}."),
    )


def reminder(document: Any) -> None:
    """To a unit of the city: what the home side owes."""
    say(
        document,
        "Thực hiện các nội dung đã thống nhất giữa thành phố {{ city }} và {{ partner }}, {{ unit }} là "
        "đơn vị "
        "được giao thực hiện các nhiệm vụ sau:",
    )
    listed(
        document,
        "promises",
        "{{ it.title }}; thời hạn: {{ it.due }}{% if it.late %} (quá hạn {{ it.late }} ngày){% endif %}.",
        size=14,
    )
    say(
        document,
        "Để bảo đảm tiến độ và giữ uy tín của Thành phố với đối tác, {{ office }} đề nghị {{ unit }} khẩn "
        "trương "
        "thực hiện các nhiệm vụ nêu trên; gửi kết quả, hoặc khó khăn, vướng mắc và thời gian dự kiến hoàn "
        "thành, "
        "về {{ office }} trước {{ reply_by }} để tổng hợp, báo cáo Ủy ban nhân dân Thành phố.",
    )
    say(document, CONTACT)
    say(document, "Rất mong nhận được sự quan tâm, phối hợp của {{ unit }}./.")


LETTERS = {
    "letter_invitation.docx": letter(invitation),
    "letter_invitation_en.docx": english(invitation_en),
    "letter_chase.docx": letter(chase),
    "letter_chase_en.docx": english(chase_en),
    "letter_reactivation.docx": letter(reactivation),
    "letter_reactivation_en.docx": english(reactivation_en),
    "letter_thanks.docx": letter(thanks),
    "letter_thanks_en.docx": english(thanks_en),
    "letter_reminder.docx": letter(reminder),
}
