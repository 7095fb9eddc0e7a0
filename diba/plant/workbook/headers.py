"""Which sheet is which and which column means what, by the names offices use, in Chinese and English."""

import re

from .values import text

# kind of sheet -> field -> names (normalised: lower case, no spaces, brackets and their content dropped)
COLUMNS = {
    "staff": {
        "staff_no": [
            "工号",
            "职工号",
            "员工号",
            "员工编号",
            "职工编号",
            "人员编号",
            "人资编码",
            "人资编号",
            "编号",
            "staffno",
            "staffnumber",
            "employeeno",
            "employeeid",
            "employeenumber",
            "id",
        ],
        "name": ["姓名", "职工姓名", "员工姓名", "人员姓名", "名字", "name", "fullname", "employeename"],
        "sex": ["性别", "sex", "gender"],
        "birth": ["出生日期", "出生年月", "出生年月日", "生日", "birth", "birthdate", "dateofbirth", "birthday"],
        "identity": [
            "身份证号",
            "身份证号码",
            "身份证",
            "公民身份号码",
            "证件号码",
            "证件号",
            "identity",
            "identitynumber",
            "idnumber",
            "idcard",
        ],
        "phone": [
            "手机",
            "手机号",
            "手机号码",
            "电话",
            "联系电话",
            "联系方式",
            "电话号码",
            "移动电话",
            "phone",
            "mobile",
            "telephone",
            "phonenumber",
        ],
        "kind": ["人员类别", "人员类型", "用工性质", "用工形式", "用工类型", "类别", "kind", "type", "persontype"],
        "department": ["部门", "所在部门", "单位", "科室", "车间", "分场", "department"],
        "team": ["班组", "所在班组", "值别", "值次", "班值", "team", "crew", "group"],
        "branch": ["支部", "党支部", "所在支部", "所属支部", "branch", "partybranch"],
        "cell": ["网格", "所属网格", "所在网格", "网格编号", "网格号", "红色网格", "cell", "gridcell", "grid"],
        "cell_lead": ["网格长", "网格负责人", "网格员", "celllead", "gridlead"],
        "household": ["户号", "家庭编号", "家庭户号", "household", "householdcode"],
        "residence": [
            "住址",
            "家庭住址",
            "现住址",
            "居住地",
            "居住地址",
            "现居住地",
            "residence",
            "address",
            "homeaddress",
        ],
        "job_title": ["岗位", "职务", "岗位名称", "职位", "现任岗位", "工种", "jobtitle", "job", "title", "position"],
        "joined": [
            "入职日期",
            "入厂时间",
            "入厂日期",
            "参加工作时间",
            "进厂时间",
            "入职时间",
            "工作时间",
            "joined",
            "joinedon",
            "hiredate",
            "startdate",
        ],
        "room": ["宿舍", "宿舍号", "房间号", "房间", "room", "dormitory", "dormitoryroom"],
        "bus": ["班车", "通勤车", "乘车", "bus", "commuterbus"],
        "holiday_place": [
            "春节去向",
            "假期去向",
            "春节期间去向",
            "假期所在地",
            "春节在何地",
            "去向",
            "节日去向",
            "holidayplace",
            "holiday",
            "whereabouts",
        ],
        "certificates": [
            "证书",
            "持证情况",
            "资质",
            "资格证书",
            "持证",
            "证书及有效期",
            "资质证书",
            "上岗证",
            "certificates",
            "qualifications",
            "certificate",
        ],
        "family": [
            "家属",
            "家庭成员",
            "同住家属",
            "家属情况",
            "家庭成员情况",
            "同住人员",
            "family",
            "familymembers",
            "relatives",
        ],
        "employer": ["所属公司", "外委单位", "派遣单位", "用人单位", "employer", "company", "contractor"],
        "left_on": ["离职日期", "离厂日期", "退休日期", "lefton", "leavingdate"],
        "note": ["备注", "说明", "note", "notes", "remark", "remarks"],
    },
    "certificates": {
        "staff_no": ["工号", "职工号", "员工编号", "编号", "staffno", "staffnumber", "employeeno", "employeeid"],
        "name": ["姓名", "持证人", "name", "holder"],
        "qualification": [
            "证书",
            "证书名称",
            "资质",
            "资质名称",
            "资格",
            "证书类型",
            "证书类别",
            "qualification",
            "certificate",
            "qualificationname",
            "certificatename",
        ],
        "number": ["证书编号", "证号", "编码", "证书号", "certificateno", "certificatenumber", "number"],
        "issued": ["发证日期", "取证日期", "取证时间", "发证时间", "issued", "issuedon", "issuedate"],
        "expires": [
            "有效期",
            "有效期至",
            "到期日期",
            "到期时间",
            "有效日期",
            "失效日期",
            "有效截止",
            "expires",
            "validuntil",
            "expiry",
            "expirydate",
        ],
    },
    "families": {
        "staff_no": ["职工工号", "工号", "员工编号", "关联工号", "staffno", "staffnumber", "employeeno", "employeeid"],
        "employee": ["职工姓名", "职工", "员工姓名", "所属职工", "employee", "employeename"],
        "name": ["家属姓名", "姓名", "成员姓名", "name", "familymember"],
        "relation": ["关系", "与职工关系", "与本人关系", "称谓", "relation", "relationship"],
        "sex": ["性别", "sex", "gender"],
        "birth": ["出生日期", "出生年月", "生日", "birth", "birthdate"],
        "identity": ["身份证号", "身份证号码", "身份证", "identity", "idnumber"],
        "phone": ["手机", "手机号", "电话", "联系电话", "phone", "mobile"],
        "residence": ["住址", "现住址", "居住地", "residence", "address"],
    },
    "posts": {
        "code": ["岗位编码", "岗位代码", "编码", "代码", "code", "postcode"],
        "name": ["岗位", "岗位名称", "值守岗位", "post", "postname", "name"],
        "tier": ["级别", "等级", "层级", "重要性", "tier"],
        "place": ["地点", "位置", "场所", "place", "location", "room"],
        "qualification": [
            "所需资质",
            "要求资质",
            "资质要求",
            "所需证书",
            "任职资格",
            "持证要求",
            "requiredqualification",
            "requiredqualifications",
            "qualification",
        ],
        "minimum": [
            "每班人数",
            "最低人数",
            "每值人数",
            "最低在岗人数",
            "定员",
            "每班最低人数",
            "minimum",
            "minimummanning",
            "perwatch",
        ],
    },
    "watches": {
        "pattern": ["轮班方式", "班制", "倒班方式", "pattern", "shiftpattern"],
        "code": ["班次代码", "代码", "简称", "code"],
        "name": ["班次", "班次名称", "班别", "watch", "shift", "name"],
        "starts": ["开始时间", "开始", "上班时间", "起", "start", "starts", "starttime", "from"],
        "ends": ["结束时间", "结束", "下班时间", "止", "end", "ends", "endtime", "to"],
        "minutes": ["时长", "分钟", "minutes", "length"],
    },
    "absences": {
        "staff_no": ["工号", "职工号", "staffno", "staffnumber", "employeeid"],
        "name": ["姓名", "name"],
        "kind": ["请假类型", "类别", "类型", "假别", "事由类别", "kind", "type"],
        "starts": ["开始日期", "开始时间", "起始日期", "开始", "from", "start", "starts", "startdate"],
        "ends": ["结束日期", "结束时间", "截止日期", "结束", "until", "end", "ends", "enddate"],
        "approver": ["批准人", "审批人", "approver", "approvedby"],
        "reason": ["原因", "事由", "备注", "reason", "note"],
    },
    "substitutions": {
        "holder": ["持有资质", "高级资质", "资质", "持证", "holder"],
        "stands_for": ["可顶岗", "可替代", "可代", "可替代资质", "standsfor", "maystandas"],
    },
    "units": {
        "code": ["单位编码", "单位代码", "unitcode"],
        "name": ["单位名称", "unitname"],
        "kind": ["单位类别", "单位类型", "unitkind", "unittype"],
        "parent": ["上级单位编码", "上级单位", "unitabove", "parentunit"],
    },
}
NEEDED = {
    "staff": {"name"}, "certificates": {"qualification"}, "families": {"name", "relation"}, "posts": {"name", "minimum"},
    "watches": {"name", "starts"}, "absences": {"starts", "kind"}, "substitutions": {"holder", "stands_for"},
    "units": {"name", "kind"},
}  # fmt: skip
SHEETS = {
    "certificates": ("证书", "资质", "持证", "certificate", "qualification"), "families": ("家属", "家庭", "famil", "relative"),
    "posts": ("岗位", "post", "manning"), "watches": ("班次", "轮班", "watch", "shift"), "absences": ("请假", "休假", "缺勤", "absence", "leave"),
    "substitutions": ("顶岗", "替代", "substitution"), "units": ("单位", "机构", "unit"), "staff": ("人员", "职工", "员工", "花名册", "名册", "staff", "people", "employee"),
}  # fmt: skip
IGNORED = {
    "序号",
    "序",
    "no",
    "no.",
    "seq",
    "#",
    "年龄",
    "age",
    "民族",
    "籍贯",
    "学历",
    "政治面貌",
    "index",
    "行号",
    "签字",
    "签名",
}
SEARCHED = 30  # rows at the top in which a header may stand


def plain(value):
    """Return a heading without spaces, brackets, stars and units."""
    shown = re.sub(r"[(（\[【].*?[)）\]】]", "", text(value).lower())
    return re.sub(r"[\s*:：_\-/、.]", "", shown)


def fields_of(kind, headings, mapping):
    """Return ({column: field}, [unknown headings]) of a header row of the register's own kinds of sheets."""
    return matched(kind, COLUMNS[kind], headings, mapping)


def matched(kind, columns, headings, mapping):
    """Return ({column: field}, [unknown headings]) of a header row; each field is taken by its first column."""
    known = {plain(name): field for field, names in columns.items() for name in names}
    found, unknown, taken = {}, [], set()
    for column, heading in enumerate(headings):
        name = plain(heading)
        if not name or name in IGNORED:
            continue
        field = (
            mapping.get((kind, text(heading)))
            if (kind, text(heading)) in mapping
            else known.get(name) or _ending(known, name)
        )
        if field == "":
            continue
        if field is None:
            unknown.append((column, text(heading)))
        elif field not in taken:
            found[column] = field
            taken.add(field)
    return found, unknown


def _ending(known, name):
    """A two-level heading reads "基本信息 姓名" once joined: its end counts."""
    ends = [key for key in known if len(key) > 1 and name.endswith(key)]
    return known[max(ends, key=len)] if ends else None


def kind_of(sheet_name, rows, mapping):
    """Return (kind, header row index, {column: field}, unknown headings) of a sheet, or None when nothing fits."""
    name = plain(sheet_name)
    order = sorted(COLUMNS, key=lambda kind: not any(word in name for word in SHEETS[kind]))
    best = None
    for index in range(min(len(rows), SEARCHED)):
        for joined in (False, True):
            headings = joined_heads(rows, index) if joined else rows[index][1]
            if headings is None:
                continue
            for rank, kind in enumerate(order):
                fields, unknown = fields_of(kind, headings, mapping)
                if not NEEDED[kind] <= set(fields.values()) or len(fields) < 2:
                    continue
                named = any(word in name for word in SHEETS[kind])
                score = len(fields) * 2 + 3 * named - len(unknown) * 0.5 - rank * 0.1 - 0.2 * joined
                if best is None or score > best[0] + 1e-9:
                    best = (score, kind, index + joined, fields, unknown)
    return best[1:] if best else None


def joined_heads(rows, index):
    """Return two header rows read as one: 证书 over 名称 and 有效期 become 证书名称 and 证书有效期."""
    if index + 1 >= len(rows):
        return None
    upper, lower = rows[index][1], rows[index + 1][1]
    joined = []
    for column in range(max(len(upper), len(lower))):
        above = text(upper[column]) if column < len(upper) else ""
        below = text(lower[column]) if column < len(lower) else ""
        joined.append(below if above == below or not above else above if not below else f"{above}{below}")
    return joined
