"""Reads expositions with Python's prometheus-client, one JSON text a line on standard input, and says what it read.

In: {"format": "text" | "openmetrics", "text": ...}. Out: a list of [name, labels, value, milliseconds or null], or the
error as a text.
"""

import json
import sys
from decimal import Decimal

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as text


def millis(timestamp, seconds):
    if timestamp is None:
        return None
    if seconds:
        return int(Decimal(str(timestamp)) * 1000)
    # of the text format's milliseconds it has made a fraction of seconds
    return round(timestamp * 1000)


def read(case):
    seconds = case["format"] == "openmetrics"
    content = case["text"]
    if not seconds:
        # the reference renames samples by their type, which is not ours to do
        content = "\n".join(line for line in content.split("\n") if not line.startswith("# TYPE"))
    families = (openmetrics if seconds else text)(content)
    return [
        [sample.name, sample.labels, repr(float(sample.value)), millis(sample.timestamp, seconds)]
        for family in families
        for sample in family.samples
    ]


for line in sys.stdin:
    try:
        print(json.dumps(read(json.loads(line))))
    except Exception as e:
        print(json.dumps("%s: %s" % (type(e).__name__, e)))
