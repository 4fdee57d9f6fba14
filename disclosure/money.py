"""Amounts of money in the three forms of Chinese documents (pure). The unit is the fen, an integer."""

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
LIMIT = 10**18  # fen: up to 9999万亿 yuan


def _check(fen):
    if isinstance(fen, bool) or not isinstance(fen, int):
        raise TypeError("an amount is an integer number of fen")
    return fen


def yuan(fen):
    """Running text: 186000 for 18600000 fen, 8.50, -3; no separators, no decimals when there are none."""
    sign, amount = ("-" if _check(fen) < 0 else ""), abs(fen)
    whole, rest = divmod(amount, 100)
    return f"{sign}{whole}.{rest:02d}" if rest else f"{sign}{whole}"


def account(fen):
    """Account tables: 186,000.00."""
    sign, amount = ("-" if _check(fen) < 0 else ""), abs(fen)
    return f"{sign}{amount // 100:,}.{amount % 100:02d}"


def _group(number):
    """Four digits in capitals, without leading zeros: 8640 → 捌仟陆佰肆拾."""
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + PLACES[place]
            gap = False
        else:
            gap = True
    return text


def _whole(number):
    """An integer above 0 in capitals: 100008640 → 壹亿零捌仟陆佰肆拾."""
    groups = []
    while number:
        number, group = divmod(number, 10000)
        groups.append(group)
    text, gap = "", False
    for index in reversed(range(len(groups))):
        group = groups[index]
        if not group:
            gap = True
            continue
        if text and (gap or group < 1000):
            text += "零"
        text += _group(group) + ("万" if index in (1, 3) else "")
        # 亿 closes the groups of 万亿 and 亿 together.
        if index >= 2 and (index == 2 or not groups[2]):
            text += "亿"
        gap = False
    return text


def capitals(fen):
    """Capitals as on cheques: 壹拾捌万陆仟元整, 叁元零伍分, 柒角整; 负 before a negative amount.

    ValueError beyond 9999万亿 yuan.
    """
    amount = abs(_check(fen))
    if amount >= LIMIT:
        raise ValueError("the amount is too large to be written in capitals")
    if not amount:
        return "零元整"
    whole, rest = divmod(amount, 100)
    jiao, cents = divmod(rest, 10)
    text = _whole(whole) + "元" if whole else ""
    if jiao:
        text += DIGITS[jiao] + "角"
    elif cents and whole:
        text += "零"
    text += DIGITS[cents] + "分" if cents else "整"
    return ("负" if fen < 0 else "") + text
