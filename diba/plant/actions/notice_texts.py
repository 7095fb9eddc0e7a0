"""Notices to begin with, to be read and changed by the plant before they are put in force. Sources: 《个人信息保护法》(2021) art. 13, 17, 28-31;
《传染病防治法》 art. 12, 31; 《突发事件应对法》(2024) art. 84-85; 《未成年人保护法》 art. 72.
"""

SEEN = "本人；本网格长；防控办；值班主任。其他单位只见人数。应急查看须写理由，并告知本人"
RIGHTS = "可在“我的数据”查阅、导出、查看谁看过；可请求更正；可撤回同意；可向防控办投诉"
KEPT = "至本次应急响应结束，由两人批准后销毁并出具销毁证明；只保留不含姓名的人数"

DRAFTS = {
    "checkin": {
        "purpose": "每日健康申报：发现发热和症状，保护同班人员",
        "kinds": "体温、症状、去向、与风险人员或地区的接触",
        "basis": "emergency",
        "source": "《个人信息保护法》第十三条第一款第四项；《传染病防治法》第十二条、第三十一条",
    },
    "tracing": {
        "purpose": "病例判定、密切接触者追踪、隔离和返岗",
        "kinds": "班次、交接、同住、乘车等接触经过；隔离地点和期限；随访情况",
        "basis": "duty",
        "source": "《传染病防治法》第十二条、第三十九条；《个人信息保护法》第十三条第一款第三项、第四项",
    },
    "testing": {
        "purpose": "摸排问卷、采样和检测结果",
        "kinds": "问卷回答、样本编号、检测结果",
        "basis": "consent",
        "source": "《个人信息保护法》第十三条第一款第一项、第二十九条（敏感个人信息，单独同意）",
        "consent": True,
    },
    "family": {
        "purpose": "职工家属的健康申报",
        "kinds": "家属姓名、关系、体温、症状；未满十四周岁的须监护人同意",
        "basis": "consent",
        "source": "《个人信息保护法》第二十九条、第三十一条；《未成年人保护法》第七十二条",
        "consent": True,
        "guardian": True,
    },
}
for _draft in DRAFTS.values():
    _draft |= {"seen_by": SEEN, "rights": RIGHTS, "retention": KEPT}
