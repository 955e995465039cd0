/**
 * What an auditor runs on a pack with nothing but Python: the text of `verify.py`. `verify-pack.ts` does the same here, in
 * code of its own; a test holds the two together.
 */
import { DEFAULT_RULES, rulesSha256 } from '../recon/rules.ts';

const SCRIPT = String.raw`#!/usr/bin/env python3
"""Checks an evidence pack of Tieout with nothing but Python's standard library (3.11 or later): python3 verify.py PACK.zip
Exit code: 0 everything agrees; 1 something differs, each thing on a line of its own; 2 this is no pack."""
import collections, contextlib, csv, hashlib, itertools, json, mmap, os, re, sqlite3, struct, sys, types, zipfile, zlib
from datetime import datetime, timezone
from decimal import Decimal, getcontext
FULL, RULES = 0xffffffff, "@RULES@"  # SHA-256 of the default rule set, which is the one that can be worked here
FIELDS = """settlement_id version trade_id deal_leg counterparty legal_entity agreement invoice_no gl_account commodity charge_type
 direction delivery_start delivery_end timezone location volume volume_uom price price_uom amount currency status""".split()
POSTED = FIELDS + "curve_id due_date updated_at journal_id posting_date period memo".split()
COMPARED = {"CURRENCY": ["currency"], "UNIT": ["volume_uom", "price_uom"], "DIRECTION": ["direction"], "DELIVERY_WINDOW":
            ["delivery_start", "delivery_end"], "COUNTERPARTY": ["counterparty", "legal_entity", "agreement"], "VERSION": ["version"]}
WHOLE, DECIMALS, TIMES = ("version", "deal_leg"), ("volume", "price", "amount"), ("delivery_start", "delivery_end", "updated_at")
CODES, PENDING = ("commodity", "direction", "volume_uom", "currency", "status"), ("ESTIMATED", "DISPUTED", "VOID")
NEWEST = "(id, version) IN (SELECT id, max(version) FROM kept WHERE side = 0 GROUP BY id)"
PAIRED = f"""WITH posted AS (SELECT own FROM kept WHERE side = 1)
 SELECT CASE WHEN other IN posted AND own NOT IN posted THEN other ELSE own END, side, row FROM kept
 WHERE side = 1 OR {NEWEST} ORDER BY 1"""
getcontext().prec, differing, on_trust, sha = 2000, [], [], lambda data: hashlib.sha256(data).hexdigest()
def expect(subject, name, expected, found):
    differing.extend([] if expected == found else [print(f"differs: {subject} {name}: expected {expected}, found {found}")])
def attempt(subject, name, work, *arguments):
    try:
        return work(*arguments)
    except Exception as error:  # what cannot be read is not as Tieout wrote it
        expect(subject, name, "something that can be read", f"{type(error).__name__} {error}")
class Pack:
    """The zip byte by byte: members one behind the other, a directory that says the same again, and nothing else."""
    def __init__(self, path):
        self.members, at = {}, 0
        self.data = mmap.mmap(os.open(path, os.O_RDONLY), 0, access=mmap.ACCESS_READ)
        infos = attempt("zip", "directory", lambda: [types.SimpleNamespace(name=m.orig_filename, method=m.compress_type, crc=m.CRC,
            packed=m.compress_size, size=m.file_size) for m in zipfile.ZipFile(path).infolist()]) or []
        for m in infos:
            m.at, m.start = at, at + 50 + len(m.name.encode("utf-8", "replace"))
            at = m.start + m.packed
        end = b"".join(self.header(m, central=True) for m in infos)
        n, size, count = len(infos), len(end), min(len(infos), 0xffff)
        if n >= 0xffff or max(size, at) >= FULL:  # the end in 64 bits, and what finds it
            end += struct.pack("<4sQ2H2L4Q4sLQL", b"PK\6\6", 44, 0x32d, 45, 0, 0, n, n, size, at, b"PK\6\7", 0, at + size, 1)
        end += struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, min(size, FULL), min(at, FULL), 0)
        expect("zip", "directory", sha(end), sha(self.data[at:] if infos else end))
        for m in infos if not differing else ():
            expect("zip", f"header of {m.name}", self.header(m).hex(), self.data[m.at:m.start].hex())
            expect("zip", f"only member named {m.name}", m, self.members.setdefault(m.name, m))
    def header(self, m, central=False):
        name, wide = m.name.encode("utf-8", "replace"), [n for n in (m.size, m.packed, m.at) if n >= FULL] if central else [m.size, m.packed]
        extra = struct.pack(f"<2H{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""  # what plain fields cannot hold
        packed, size, at = (min(n, FULL) if central else FULL for n in (m.packed, m.size, m.at))
        said = struct.pack("<5H3L2H", 45, 0x800, m.method, 0, 33, m.crc, packed, size, len(name), len(extra))
        return b"PK\1\2-\3" + said + struct.pack("<3H2L", 0, 0, 0, 0o100644 << 16, at) + name + extra if central else b"PK\3\4" + said + name + extra
    def pieces(self, name):
        m = self.members[name]
        unpack = zlib.decompressobj(-15) if m.method == 8 else None
        for at in range(m.start, m.start + m.packed, 1 << 16):
            data = self.data[at:min(at + (1 << 16), m.start + m.packed)]
            yield unpack.decompress(data) if unpack else data
        if unpack and (not unpack.eof or unpack.unused_data):
            raise ValueError("its packed bytes do not end where they should")
    def rows(self, name, read=json.loads):
        rest = b""
        for piece in self.pieces(name):
            *lines, rest = (rest + piece).split(b"\n")
            yield from map(read, lines)
        yield from [read(rest)] if rest else []
def check_files(pack, manifest, told, keep):
    listed = {entry["name"]: (entry["bytes"], entry["sha256"], entry["packed_sha256"]) for entry in manifest["files"]}
    for name in sorted(set(listed) ^ set(pack.members) ^ {"manifest.json"}):
        expect("file", name, f"in manifest: {name in pack.members}", f"in manifest: {name in listed}")
    for name, m in pack.members.items():
        whole, crc, size = hashlib.sha256(), 0, 0
        with contextlib.suppress(zlib.error, ValueError):  # what cannot be unpacked has another hash
            for piece in pack.pieces(name):
                whole.update(piece)
                crc, size = zlib.crc32(piece, crc), size + len(piece)
        found = (size, whole.hexdigest(), sha(memoryview(pack.data)[m.start:m.start + m.packed]))
        expect("file", name, (m.size, m.crc, *listed.get(name, found)), (size, crc, *found))
def check_audit(pack, manifest, told, keep):
    head, number = "0" * 64, 0
    for event in pack.rows("audit/audit.ndjson"):
        said, number, kind, payload = event.pop("sha256"), number + 1, event["type"], event["payload"]
        found = sha(json.dumps(event, sort_keys=True).encode())
        expect("audit", f"event {number}", (number, head, said), (event["seq"], event["prev_sha256"], found))
        head = said
        told[kind, payload.get("import_id") or payload.get("recon_id") or payload.get("run_id"), payload.get("page")] = payload
    expect("audit", "head", manifest["hashes"]["audit_head"], {"seq": number, "sha256": head})
def typed(sent, fields, **row):
    """A record or a posting in one form: trimmed, codes in capitals, times in UTC, decimals as text."""
    for field in fields:
        value = sent.get(field)
        text = str(value).strip() if isinstance(value, str) or value is not None and field in WHOLE + DECIMALS else ""
        if field in TIMES and text:
            text = datetime.fromisoformat(text.upper()).astimezone(timezone.utc).isoformat()
        row[field] = row.get(field) if not text else int(text) if field in WHOLE else text.upper() if field in CODES else text
    return row
def check_pages(pack, manifest, told, keep):
    name, run, run_id = manifest["profile"]["results"], hashlib.sha256(), manifest["source"]["run_id"]
    letters = {(row["page"], row["index"]): row for row in pack.rows("records/dead-letters.jsonl")}
    mapped = manifest["profile"]["rows_member"]  # where Tieout put what it read by a profile that maps fields
    for page in pack.rows("hashes/pages.jsonl"):
        number, label, body = page["page"], f"page {page['page']}", b"".join(pack.pieces(f"pages/{page['page']:06}.json"))
        run.update((page["page_sha256"] + "\n").encode())
        event = told.get(("sync.page", run_id, number), {})
        expect("audit", label, {fact: event.get(fact) for fact in page}, page)
        expect("body", label, page["body_sha256"], sha(body))
        read = lambda **how: json.loads(body.decode(page["charset"], "replace"), **how)[name]
        sent = attempt("page", label, read) or []
        expect("page", label, (page["page_sha256"], page["records"]), (sha(json.dumps(sent, sort_keys=True).encode()), len(sent)))
        for index, record in enumerate(read(parse_float=str) if sent and not mapped else ()):
            record = letters.get((number, index), {"record": record})["record"]  # none where it was refused for good
            attempt("records", f"{label} record {index}", keep, 0, record)
    for row in pack.rows(mapped) if mapped else ():
        keep(0, row)
    for name in [mapped] if mapped else {"records/dead-letters.jsonl" for letter in letters.values() if letter["record"]}:
        on_trust.append(f"{name}: what Tieout read by a profile that maps fields (profile/)")
    expect("run", "run_sha256", manifest["hashes"]["run_sha256"], run.hexdigest())
    expect("control", "dead letters", manifest["control"]["rejected"], len(letters))
def check_extract(pack, extract, told, keep):
    name, found = extract["file"], sha(b"".join(pack.pieces(extract["member"])))
    expect("extract", name, (extract["sha256"], told.get(("ledger.import", extract["import_id"], None), {}).get("file_sha256")), (found, found))
    if extract["rows_member"]:
        on_trust.append(f"{extract['rows_member']}: what Tieout read of {name}, which has a mapping or is no plain CSV")
        rows = pack.rows(extract["rows_member"])
    else:
        lines = pack.rows(extract["member"], lambda line: line.decode("utf-8-sig") + "\n")
        table = filter(None, csv.reader(lines, delimiter=extract["delimiter"]))
        header = [re.sub(r"[\s_-]+", "_", cell.strip().lower()) for cell in next(table)]
        rows = (dict(zip(header, cells)) for cells in table)
    expect("control", f"rows of {name}", extract["rows"], sum(1 for row in rows if not keep(1, row)))
placed = lambda row: [(row[field] is None, row[field]) for field in FIELDS]
def judge(etrm, ledger, tolerance, apart):
    """A key by the default rules: matched, pending, or the first category of break that applies."""
    etrm.sort(key=placed)
    once = list({row["settlement_id"]: row for row in reversed(etrm)}.values())
    prints = {tuple(Decimal(row[field]) if field in DECIMALS and row[field] else row[field] for field in POSTED) for row in ledger}
    values = lambda side, field: [Decimal(row[field]) for row in side if row[field] is not None]
    mixed = apart and len({row["currency"] for row in once}) > 1  # then each currency is held against the same one of the ledger
    off = any(abs(sum(sign * Decimal(row["amount"]) for sign, side in ((1, ledger), (-1, once)) for row in side if not mixed
                      or row["currency"] == currency)) > tolerance for currency in {row["currency"] for row in once + ledger})
    found = ["CURRENCY"] if mixed and ledger and off else []
    for category, field in [(name, field) for name in COMPARED for field in COMPARED[name] if once and ledger]:
        said, posted = {row[field] for row in once}, {row[field] for row in ledger} - {None}
        if field == "price_uom" and len(said) == 1:
            said, posted = {unit.upper() for unit in said}, {unit.upper() for unit in posted}
        found += [category] if len(said) == 1 and None not in said and posted - said else []
    if once and ledger:
        volumes, prices = values(ledger, "volume"), set(values(once, "price"))
        found += ["VOLUME"] if len(volumes) == len(ledger) and sum(volumes) != sum(values(once, "volume")) else []
        found += ["PRICE"] if len(prices) == 1 and set(values(ledger, "price")) - prices else []
        found += ["AMOUNT"] if off and not mixed else []
    waits, doubled = once and all(row["status"] in PENDING for row in once), len(once) < len(etrm) or len(prints) < len(ledger)
    if waits and (not ledger or not doubled and not {"AMOUNT", "CURRENCY"} & set(found)):
        return "pending"
    return "DUPLICATE" if doubled else "MISSING_IN_LEDGER" if not ledger else "MISSING_IN_ETRM" if not once else (found + ["matched"])[0]
def derive(db, tolerance, apart):
    totals, counts = {"etrm_total": collections.Counter(), "ledger_total": collections.Counter()}, collections.Counter()
    for _, group in itertools.groupby(db.execute(PAIRED), lambda pair: pair[0]):
        rows = [(side, json.loads(row)) for _, side, row in group]
        ledger = [row for side, row in rows if side]
        counts[judge([row for side, row in rows if not side], ledger, tolerance, apart)] += 1
        for row in ledger:
            totals["ledger_total"][row["currency"]] += Decimal(row["amount"])
    for _, group in itertools.groupby(db.execute(f"SELECT id, row FROM kept WHERE side = 0 AND {NEWEST} ORDER BY id"), lambda pair: pair[0]):
        row = min((json.loads(row) for _, row in group), key=placed)  # once, also where it came twice and is of two keys
        totals["etrm_total"].update({} if row["status"] == "VOID" else {row["currency"]: Decimal(row["amount"])})
    exact = {name: {currency: format(total.normalize(), "f") for currency, total in side.items()} for name, side in totals.items()}
    return {**exact, **{verdict: counts.pop(verdict, 0) for verdict in ("matched", "pending")}, "breaks": sum(counts.values()), "by_category": dict(counts)}
def check(pack, manifest):
    db, told = sqlite3.connect(""), {}  # a temporary file, so that a month of any size can be worked
    db.execute("CREATE TABLE kept (side, id, version, own, other, row)")
    def keep(side, sent):
        row = typed(sent or {}, POSTED) if side else typed(sent or {}, FIELDS, deal_leg=0, charge_type="ENERGY")
        other = f"c{[row['trade_id'], row['deal_leg'] or 0, row['delivery_start'], row['location'], row['charge_type'] or 'ENERGY']}"
        own = "i" + row["settlement_id"] if row["settlement_id"] else other
        if sent and (not side or row["status"] != "VOID"):
            db.execute("INSERT INTO kept VALUES (?, ?, ?, ?, ?, ?)", (side, own, row["version"], own, other, json.dumps(row)))
    for name, work in (("manifest.json", check_files), ("audit/audit.ndjson", check_audit), ("hashes/pages.jsonl", check_pages)):
        attempt("file", name, work, pack, manifest, told, keep)
    list(attempt("extract", extract["file"], check_extract, pack, extract, told, keep) for extract in manifest["extracts"])
    rules, head = json.loads(b"".join(pack.pieces("rules/rules.json"))), next(pack.pieces(manifest["report"]))
    own = manifest["hashes"]["rules_sha256"] == RULES and not any(kind.startswith("match.") for kind, *_ in told)
    done = told.get(("recon.done", manifest["recon_id"], None), {})  # where it says nothing of currencies, they were added up
    derived = {**(derive(db, Decimal("0.01"), done.get("currencies") == "apart") if own else {}),
               "rules_sha256": sha(json.dumps(rules, sort_keys=True).encode()), "recon_sha256": done.get("recon_sha256")}
    on_trust.extend([] if own else ["counts and totals: plain default rules, with no decisions on matches, alone are worked here"])
    report = json.loads(head[:head.index(b',\n"')] + b"}")
    for (what, value), (where, facts) in itertools.product(derived.items(), (("manifest", manifest["control"] | manifest["hashes"]), ("report", report))):
        expect("control", f"{what} of the {where}", facts[what], value)
def main(path):
    pack = Pack(path)
    manifest = (pack.members or pack.data[:4] != b"PK\3\4") and attempt("file", "manifest.json", json.loads, b"".join(pack.pieces("manifest.json")))
    manifest and attempt("control", "counts and totals", check, pack, manifest)
    print(*(f"taken on trust: {what}\n" for what in on_trust), path, len(differing) or "no", "differences")
    return 1 if differing else 0
if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else print(__doc__) or 2)
    except (OSError, LookupError, ValueError) as error:
        sys.exit(print(f"not a pack: {error}\n{__doc__}") or 2)
`;

/** Under 200 lines, standard library only. */
export function verifierText(): string {
  return SCRIPT.replace('@RULES@', rulesSha256(DEFAULT_RULES));
}
