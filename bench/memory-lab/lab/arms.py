"""The bootstraps that are compared. Each is the text of an override, or None where there is none."""

import hashlib
import json

MIB = 1 << 20
ARMS = ("default", "advice", "ours", "ours-peak", "ours-buffers")
_HEAP = "envoy.resource_monitors.fixed_heap"


def override(arm, limit, ours):
    """limit: MiB; ours: what the product writes for it, by what it knows of the proxy."""
    match arm:
        case "default":
            return None
        case "advice":
            return advice(limit)
        case "ours-buffers":
            return ours.get("ours-peak")
        case _:
            return ours.get(arm)


def variables(arm):
    """Of the proxy's container: the mark by which component connection-buffers selects, or none."""
    return {"ISTIO_META_SIDECAR_SIZER_OVERLOAD": "true"} if arm == "ours-buffers" else {}


def proxy_config(arm, ours):
    """ours: what the product adds to the proxy's ProxyConfig."""
    return ours if arm.startswith("ours") else {}


def advice(limit):
    """What is copied most: Envoy's best practices for edge proxies, max_heap at the container's limit."""
    return json.dumps(
        {
            "overload_manager": {
                "refresh_interval": "0.25s",
                "resource_monitors": [
                    {
                        "name": _HEAP,
                        "typed_config": {
                            "@type": "type.googleapis.com/"
                            "envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig",
                            "max_heap_size_bytes": limit * MIB,
                        },
                    }
                ],
                "actions": [_action("shrink_heap", 0.95), _action("stop_accepting_requests", 0.98)],
            }
        }
    )


def digest(text, config):
    """Eight digits that tell one override, and what goes with it into the ProxyConfig, from another: a changed formula is run
    anew."""
    return hashlib.sha256((text + json.dumps(config, sort_keys=True)).encode()).hexdigest()[:8] if text else "none"


def _action(name, threshold):
    return {
        "name": f"envoy.overload_actions.{name}",
        "triggers": [{"name": _HEAP, "threshold": {"value": threshold}}],
    }
