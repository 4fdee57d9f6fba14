"""核验一份公开档案：python check_notice.py archive.zip [核验码] [公钥]

不需要联网，不需要信任任何服务器，只用 Python 标准库（3.8 或更新版本）。逐条核验：内容与公开日志中的摘要一致，
摘要确在日志之中，日志由公布的公钥签名。给出核验码时显示这一条的全文，请与纸质公告逐行对照。给出公钥（公告栏或
街道公布的那一行）时，只认这把公钥。全部一致时退出状态为 0，否则为 1。
"""

import base64
import json
import sys
import unicodedata
import zipfile
from hashlib import sha256, sha512

PROVEN = "✓ 各条记录的正文和档案中的附件与日志一致，网页、表格与签名的档案清单一致。"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # Ed25519 (RFC 8032)
D = -121665 * pow(121666, -1, P) % P


def point(data):  # of Ed25519 (RFC 8032)
    y, sign = int.from_bytes(data, "little") & (2**255 - 1), data[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or y >= P or (x == 0 and sign):
        raise ValueError("签名或公钥无效")
    return x if x & 1 == sign else P - x, y


def add(one, two):
    (x, y), (u, v) = one, two
    t = D * x * y * u * v
    return (x * v + y * u) * pow(1 + t, -1, P) % P, (y * v + x * u) * pow(1 - t, -1, P) % P


def times(number, base):
    half = times(number >> 1, add(base, base)) if number else (0, 1)
    return add(half, base) if number & 1 else half


def signature_is_good(public, text, signature):
    s, h = int.from_bytes(signature[32:], "little"), sha512(signature[:32] + public + text).digest()
    other = add(point(signature[:32]), times(int.from_bytes(h, "little") % Q, point(public)))
    return len(signature) == 64 and s < Q and times(s, point(b"\x58" + b"\x66" * 31)) == other


def opened(note, keys):
    """(公钥, 各行)：有公布的公钥签名的文字，即检查点或者档案清单的摘要。"""
    text, _, signatures = note.rpartition("\n\n")
    for line in signatures.splitlines():
        name, _, encoded = line[2:].rpartition(" ")
        signature = base64.b64decode(encoded)
        for key in keys:
            key_name, key_id, public = key.split("+", 2)
            public = base64.b64decode(public)
            known = sha256(key_name.encode() + b"\n" + public).digest()[:4]
            is_named = (name, signature[:4], key_id, public[:1]) == (key_name, known, known.hex(), b"\x01")
            if is_named and signature_is_good(public[1:], f"{text}\n".encode(), signature[4:]):
                return key, text.splitlines()
    raise ValueError("没有公布的公钥的有效签名")


def root_of(index, size, hashed, proof):  # RFC 9162, 2.1.3.2
    last = size - 1
    for other in map(bytes.fromhex, proof):
        if index & 1 or index == last:
            hashed = sha256(b"\x01" + other + hashed).digest()
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            hashed = sha256(b"\x01" + hashed + other).digest()
        index, last = index >> 1, last >> 1
    return hashed if last == 0 else None


def code_of(hashed):  # the first 45 bits of the hash, and a check character
    values, total = [int.from_bytes(hashed[:6], "big") >> 3 + 5 * place & 31 for place in range(8, -1, -1)], 0
    for value in values:
        total = (total ^ value) << 1
        total ^= 0b100101 * (total >> 5)
    return "".join(ALPHABET[value] for value in [*values, total])


def check_record(name, record, size, root, withheld):
    """核验一条记录，返回它的内容；不一致时抛出 ValueError。"""
    leaf, content = sha256(b"\x00" + record["entry"].encode()).digest(), record["content"]
    if root_of(record["index"], record["size"], leaf, record["proof"]) != root or record["size"] != size:
        raise ValueError("不在签名的日志之中")
    if name != f"notices/{code_of(leaf)}.json":
        raise ValueError("核验码与文件名不符")
    if content is None and withheld and not record["salt"]:
        return {"title": f"（不含正文：{withheld}）"}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if sha256(bytes.fromhex(record["salt"]) + text.encode()).hexdigest() != json.loads(record["entry"])["hash"]:
        raise ValueError("内容缺失" if content is None else "内容与日志中的摘要不一致，已被改动")
    return content


def check(path, wanted, trusted):
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    manifest = json.loads(listed := files.pop("manifest.json"))
    key, (origin, size, root, *_) = opened(manifest["checkpoint"], [trusted] if trusted else manifest["vkeys"])
    if opened(files.pop("manifest.sig").decode(), [key])[1] != ["archive-manifest", sha256(listed).hexdigest()]:
        yield "manifest.json：档案清单与签名不符，已被改动"
    print(f"档案：{manifest['unit_name']}（{manifest['unit']}）\n日志：{origin}，共 {size} 条，签名有效。\n公钥：{key}")
    for name in sorted(files.keys() ^ manifest["files"].keys()):
        yield f"{name}：" + ("档案中多出的文件" if name in files else "档案中缺少的文件")
    contents, known, leaves = {}, set(), set(manifest["leaves"])
    for name in sorted(files.keys() & manifest["files"].keys()):
        try:
            if sha256(files[name]).hexdigest() != manifest["files"][name]:
                raise ValueError("文件已被改动")
            if name.startswith("notices/") and name.endswith(".json"):
                record, withheld = json.loads(files[name]), manifest["withheld"].get(name)
                leaves.discard(record["index"])
                content = contents[name] = check_record(name, record, int(size), base64.b64decode(root), withheld)
                if content.get("unit", manifest["unit"]) != manifest["unit"]:
                    raise ValueError("不是这个社区的记录")
                known |= {part["sha256"] for part in content.get("files", []) if not part.get("withheld")}
        except (ValueError, KeyError, TypeError) as error:
            yield f"{name}：{error}"
    held = {sha256(data).hexdigest(): name for name, data in files.items() if name.startswith("files/")}
    yield from (f"{held[each]}：不是已核验的公告的附件" for each in sorted(held.keys() - known))
    yield from [f"日志第 {index + 1} 条：记录缺失" for index in sorted(leaves)] or ["没有任何记录"] * (not contents)
    print(f"核验 {len(contents)} 条记录（其中 {len(manifest['withheld'])} 条依法不含正文），{len(files)} 个文件。")
    print(f"公告的附件 {len(known)} 个，其中 {len(known - held.keys())} 个不在本档案中。")
    if wanted and (content := contents.get(f"notices/{wanted}.json")):
        print("\n".join(f"{name}：{value}" for name, value in content.items() if value not in ("", [])))
    elif wanted:
        yield f"{wanted}：档案中没有这个核验码"


def main(arguments):
    key = next((word for word in arguments if word.count("+") > 1), "")
    words = [word for word in arguments if word != key]
    if not 1 <= len(words) <= 3:  # a code may come in its two groups
        return print(__doc__) or 2
    typed = [char for char in unicodedata.normalize("NFKC", "".join(words[1:])).upper() if char.isalnum()]
    try:
        problems = list(check(words[0], "".join(typed).translate(str.maketrans("OIL", "011")), key))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        problems = [f"档案无法核验：{error}"]
    print("\n".join(f"✗ {problem}" for problem in problems) or PROVEN)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
