"""Lines that an office keeps in one cell: certificates with dates in words, a family."""

import re
from datetime import date

from .dates import last_day, month_or_day
from .values import Unreadable, born, identity_number, phone, text

RELATIONS = [
    "妻子",
    "丈夫",
    "配偶",
    "爱人",
    "父亲",
    "母亲",
    "岳父",
    "岳母",
    "公公",
    "婆婆",
    "儿子",
    "女儿",
    "长子",
    "次子",
    "长女",
    "次女",
    "祖父",
    "祖母",
    "外祖父",
    "外祖母",
    "爷爷",
    "奶奶",
    "外公",
    "外婆",
    "哥哥",
    "弟弟",
    "姐姐",
    "妹妹",
    "儿媳",
    "女婿",
    "孙子",
    "孙女",
    "妻",
    "夫",
    "父",
    "母",
    "子",
    "女",
    "儿",
    "兄",
    "弟",
    "姐",
    "妹",
    "祖",
    "孙",
]
MALE = {
    "丈夫",
    "父亲",
    "岳父",
    "公公",
    "儿子",
    "长子",
    "次子",
    "祖父",
    "外祖父",
    "爷爷",
    "外公",
    "哥哥",
    "弟弟",
    "女婿",
    "孙子",
    "夫",
    "父",
    "子",
    "儿",
    "兄",
    "弟",
}
FEMALE = {
    "妻子",
    "母亲",
    "岳母",
    "婆婆",
    "女儿",
    "长女",
    "次女",
    "祖母",
    "外祖母",
    "奶奶",
    "外婆",
    "姐姐",
    "妹妹",
    "儿媳",
    "孙女",
    "妻",
    "母",
    "女",
    "姐",
    "妹",
}
OLDEST = 120  # years
DATE = r"\d{4}(?:\s*[年./-]\s*\d{1,2}(?:\s*[月./-]\s*\d{1,2}\s*[日号]?|\s*月)?|\s*年)?(?:\s*[底末])?"


def certificates(value):
    """Return [(name, expires or None)] of a cell such as "值长证 2023年6月到期；闸门操作 长期有效". Raises Unreadable."""
    found = []
    for part in re.split(r"[;；\n]+|[、，,](?=[^\d\s])", text_lines(value)):
        part = part.strip(" ()（）。.")
        if not part or part in ("无", "-", "—", "/"):
            continue
        dates = re.findall(DATE, part)
        expires = last_day(_hyphened(dates[-1])) if dates else None
        name = part
        for shown in dates:
            name = name.replace(shown, " ")
        name = re.sub(r"(有效期|有效|到期|长期|永久|截止|至|到|止|前|日|发证|取得|[()（）:：])", " ", name)
        name = re.sub(r"\s+", "", name)
        if not name or len(name) > 60:
            raise Unreadable("certificate_line")
        found.append((name, expires))
    return found


def _hyphened(shown):
    """Within a sentence nobody takes 1985.10 for a number: its dot is a hyphen."""
    return re.sub(r"\s", "", shown).replace(".", "-")


def text_lines(value):
    """Return a cell's text with its line breaks kept."""
    return "\n".join(text(line) for line in str(value if value is not None else "").splitlines())


def family(value, today):
    """Return [{relation, name, sex, birth, phone, identity}] of a cell such as "妻 王芳 1985-03-02；子 张小明 8岁".

    An age becomes the first of January of the year it points to. Raises Unreadable.
    """
    found = []
    for part in re.split(r"[;；\n。]+", text_lines(value)):
        part = part.strip(" 、，,.()（）")
        if not part or part in ("无", "-", "—", "/"):
            continue
        members = re.split(rf"[、，,](?=\s*(?:{'|'.join(RELATIONS)})\s*[:：]?\s*[\u4e00-\u9fff])", part)
        found += [_member(member.strip(), today) for member in members if member.strip()]
    return found


def _member(part, today):
    opening = re.match(rf"({'|'.join(RELATIONS)})\s*[:：\-]?\s*([\u3400-\u9fff·]{{2,6}})", part.replace("　", " "))
    if opening is None:
        closing = re.match(rf"([\u3400-\u9fff·]{{2,4}})\s*[(（\s]\s*({'|'.join(RELATIONS)})", part)
        if closing is None:
            raise Unreadable("family_line")
        relation, name, rest = closing[2], closing[1], part[closing.end() :]
    else:
        relation, name, rest = opening[1], opening[2], part[opening.end() :]
    member = {"relation": relation, "name": name, "sex": "M" if relation in MALE else "F" if relation in FEMALE else "",
              "birth": None, "phone": "", "identity": ""}  # fmt: skip
    if number := re.search(r"\d{17}[\dXx]|(?<!\d)\d{15}(?!\d)", rest):
        member["identity"] = identity_number(number[0]) or ""
        if not member["identity"]:
            raise Unreadable("not_an_identity")
        member["birth"], member["sex"] = born(member["identity"])
        rest = rest.replace(number[0], " ")
    if number := re.search(r"(?<!\d)1\d{10}(?!\d)", rest):
        member["phone"] = phone(number[0])
        rest = rest.replace(number[0], " ")
    if shown := re.search(r"\d{4}\s*[年./-]\s*\d{1,2}(?:\s*[月./-]\s*\d{1,2})?|(?<!\d)\d{8}(?!\d)", rest):
        member["birth"] = member["birth"] or month_or_day(_hyphened(shown[0]))
    elif (age := re.search(r"(\d{1,3})\s*岁", rest)) and int(age[1]) > OLDEST:
        raise Unreadable("family_line")
    elif age:
        member["birth"] = member["birth"] or date(today.year - int(age[1]), 1, 1)
    return member
