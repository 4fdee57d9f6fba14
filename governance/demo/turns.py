"""Matters that took another course: voted down and raised again, a fault found, a resolution revoked."""

from governance.demo.under_way import SUMMARIES, USUAL, days_after, deliberate, matter, secret


def raised_again(world, community):
    """Voted down, raised again with less; a fault was found in the second round, and the committee did not agree."""
    began, walk = matter(
        world,
        community,
        "liuxi",
        age=62,
        title="关于在中心花园增设儿童活动设施的事项",
        short_title="增设儿童活动设施",
        motion="在中心花园南侧增设儿童活动设施，占用草坪120平方米。",
        plan="部分家长反映社区内儿童活动场地不足。提议在中心花园南侧增设滑梯、攀爬架等设施，占用草坪120平方米。",
        lines=[("item", "设施和安装", 58000_00), ("source", "街道民生项目资金", 58000_00)],
        responsible="罗志强",
        responsible_title="居委会副主任",
    )
    for step in ("propose", "confer", "review", "resolve"):
        usual = USUAL["liuxi"][step]
        lost = step == "resolve"
        _hold(walk, step, began, 30 if lost else 3, usual, (18, 29, 5) if lost else usual.counts)
    walk.turn(
        "raised_again",
        days_after(began, 40),
        "多数居民代表担心占用草坪和噪声。提议人缩小了方案：设施改设在东侧硬化场地，不占草坪，20:30后停止使用。",
        ground="other_substance",
    )
    walk.edit(
        days_after(began, 41),
        motion="在中心花园东侧硬化场地增设儿童活动设施，每日20:30后停止使用。",
        plan="提议将设施改设在中心花园东侧硬化场地，不占用草坪，每日20:30后停止使用，由居民委员会管理。",
    )
    for step in ("propose", "confer"):
        _hold(walk, step, began, 45, USUAL["liuxi"][step], USUAL["liuxi"][step].counts)
    finding = walk.find(
        "confer",
        days_after(began, 50),
        fault="call",
        text="商议会议通知中未写明方案已作修改。依据：社区“四议两公开”实施办法关于会前送达方案的规定。",
    )
    walk.answer(
        finding,
        days_after(began, 52),
        verdict="disagreed",
        answer="修改后的方案已于会前两日送达全体委员并有签收，会议通知另附了方案全文，不影响委员了解内容。",
    )


def revoked(world, community):
    """Resolved by the representatives, revoked by a court while it was on display."""
    began, walk = matter(
        world,
        community,
        "taoyuan",
        age=90,
        title="关于桃园广场夜间封闭管理的事项",
        short_title="桃园广场夜间封闭",
        motion="桃园广场每日21:00至次日6:00封闭管理。",
        plan="临街住户反映夜间噪声。提议桃园广场每日21:00至次日6:00封闭管理。",
        category="M14",
    )
    deliberate(walk, "taoyuan", began, "resolve", **secret(39))
    walk.publish(walk.draft_resolution(days_after(began, 31)), days_after(began, 31))
    walk.turn(
        "revoked",
        days_after(began, 44),
        "法院认为广场夜间封闭侵害居民通行的合法权益，判决撤销居民代表会议的这一决议。社区改由志愿者劝导夜间噪声。",
        ground="court",
        document="民事判决书（2026）青禾民初88号",
    )


def _hold(walk, step, began, days, usual, counts):
    """A sitting `days` after the registration, or as much later as the steps of one round follow each other."""
    later = {"propose": 0, "confer": 2, "review": 5, "resolve": 0}[step]
    day = days_after(began, days + later)
    walk.hold(
        step,
        usual.body,
        day,
        usual.present,
        counts,
        attendance=usual.attendance,
        ballot=secret(usual.present) if step == "resolve" else {},
        told={
            "public_summary": SUMMARIES[step] if counts == usual.counts else "多数居民代表希望保留草坪，未同意增设。"
        },
        **usual.roll,
    )


TALES = (raised_again, revoked)
