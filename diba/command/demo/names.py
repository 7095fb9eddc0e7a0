"""Made-up people: names, identity numbers in an area code that was never issued, phone numbers of no operator."""

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华建国文辉玉梅宇浩博凯俊飞鹏晨欣怡雪琳慧峰斌波海燕红亮龙云志永春新成荣林庆立宏安东"


def name(random):
    return random.choice(SURNAMES) + "".join(random.sample(GIVEN, random.choice((1, 2, 2))))


def identity(random, birth, male, serial):
    """Return an 18-digit number whose check digit is right and whose area code 999999 belongs to nobody (GB/T 2260)."""
    order = (serial * 2 + (1 if male else 0)) % 1000
    body = f"999999{birth:%Y%m%d}{order:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def phone(serial):
    """Return a number in a range that no operator has been given: 100 0000 0000 and up."""
    return f"100{serial:08d}"
