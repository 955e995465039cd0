"""What `tieout reconcile` decides of the two files, by pandas: argv etrm.csv ledger.csv. Prints seconds, MB and counts as JSON."""
import json
import resource
import sys
import time

import pandas as pd

begun = time.perf_counter()
etrm = pd.read_csv(sys.argv[1])
ledger = pd.read_csv(sys.argv[2])
read = time.perf_counter()
both = etrm.merge(ledger, on="settlement_id", how="outer", suffixes=("_e", "_l"), indicator=True)
category = pd.Series("MATCHED", index=both.index)
category[(both.amount_e - both.amount_l).abs() > 0.0100001] = "AMOUNT"
category[both.price_e != both.price_l] = "PRICE"
category[both.volume_e != both.volume_l] = "VOLUME"
for field in ("counterparty", "legal_entity", "agreement", "delivery_start", "delivery_end", "direction", "volume_uom"):
    category[both[field + "_e"] != both[field + "_l"]] = field.upper()
category[both.currency_e != both.currency_l] = "CURRENCY"
category[both._merge == "left_only"] = "MISSING_IN_LEDGER"
category[both._merge == "right_only"] = "MISSING_IN_ETRM"
counts = category.value_counts().to_dict()
taken = {"read": read - begun, "classified": time.perf_counter() - read}
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({**taken, "peak": peak, "counts": counts}))
