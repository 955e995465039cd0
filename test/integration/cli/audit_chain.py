"""Verifies the lines of `tieout audit export`, knowing nothing of Tieout but docs/audit.md.

Usage: audit_chain.py FILE... Several files are one export and what came after it. Prints the number of events and the
head; ends with 1 and the first event that does not fit.
"""

import fileinput
import hashlib
import json
import sys


def digest(event):
    """The SHA-256 of an event without the hash that it bears itself."""
    unsigned = {name: value for name, value in event.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(unsigned, sort_keys=True).encode()).hexdigest()


head, count = "0" * 64, 0
for count, line in enumerate(fileinput.input(encoding="utf-8"), start=1):
    event = json.loads(line)
    if event["seq"] != count:
        sys.exit(f"event {count} is numbered {event['seq']}")
    if event["prev_sha256"] != head:
        sys.exit(f"event {count} does not follow the one before")
    if event["sha256"] != digest(event):
        sys.exit(f"event {count} was changed")
    head = event["sha256"]
print(count, head)
