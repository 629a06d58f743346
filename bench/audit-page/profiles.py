"""Writes profiles of made-up workloads, as full as they come: profiles.py WORKLOADS FOLDER."""

import json
import pathlib
import random
import sys

REASONS = ["WORKLOAD_PROFILE", "WORKLOAD_PROFILE", "WORKLOAD_PROFILE", "OOM_EVIDENCE", "NO_PROFILE", "OWNER_SET_MEMORY"]
FINDINGS = ["UnusedConfiguration", "AllocatorRetention", "ManyConnections", "NearLimit", "OverProvisioned"]


def profile(number: int, chance: random.Random) -> dict:
    typical = chance.randint(40, 400)
    peaks = [int(typical * chance.uniform(1.1, 1.6)) for _ in range(14)]
    reason = chance.choice(REASONS)
    resized = reason in ("WORKLOAD_PROFILE", "OOM_EVIDENCE")
    limit = int(max(peaks) * 1.25)
    decision = {
        "mode": chance.choice(["enforce", "audit"]),
        "decision": "Resize" if resized else "Keep",
        "reason": reason,
        "count": chance.randint(1, 500),
        "lastSeen": f"2026-11-{chance.randint(10, 28)}T{chance.randint(10, 23)}:{chance.randint(10, 59)}:00Z",
        "before": {"memoryRequest": "128Mi", "memoryLimit": "1Gi"},
    }
    if resized:
        decision["after"] = {"memoryRequest": f"{typical}Mi", "memoryLimit": f"{limit}Mi"}
    kills = [int(chance.random() < 0.01) for _ in range(14)]
    return {
        "apiVersion": "sidecar-sizer.dev/v1alpha1",
        "kind": "SidecarProfile",
        "metadata": {"name": f"deployment-app-{number}", "namespace": f"bench-{number % 10}"},
        "spec": {"workload": {"apiVersion": "apps/v1", "kind": "Deployment", "name": f"app-{number}"}},
        "status": {
            "recommendation": {"memoryRequest": f"{typical}Mi", "memoryLimit": f"{limit}Mi", "idleTimeout": "300s"},
            "observed": {
                "pods": chance.randint(1, 12),
                "days": 14,
                "samples": chance.randint(10_000, 90_000),
                "p50": f"{typical}Mi",
                "p90": f"{int(typical * 1.1)}Mi",
                "p99": f"{int(typical * 1.3)}Mi",
                "peak": f"{max(peaks)}Mi",
                "live": f"{chance.randint(30 << 20, typical << 20)}",
                "oomKills": sum(kills),
                "lastSample": f"2026-11-28T{chance.randint(10, 23)}:{chance.randint(10, 59)}:00Z",
                "daily": {"through": "2026-11-28", "peaks": [f"{peak}Mi" for peak in peaks], "kills": kills},
            },
            "proxy": {"version": "1.31.0", "image": "docker.io/istio/proxyv2:1.31.0", "concurrency": 2, "rawTcp": False},
            "facts": {
                "allocated": f"{int(typical * 0.5)}Mi",
                "heap": f"{int(typical * 0.9)}Mi",
                "connections": chance.randint(10, 4000),
                "clusters": chance.randint(100, 2000),
                "destinations": [f"svc-{chance.randint(0, 999)}.bench.svc.cluster.local" for _ in range(8)],
            },
            "conditions": [
                {
                    "type": "Ready",
                    "status": "True",
                    "reason": "EnoughHistory",
                    "message": f"14 days, {chance.randint(1, 12)} pods, peak {max(peaks)}Mi",
                    "lastTransitionTime": "2026-11-20T10:00:00Z",
                }
            ],
            "findings": [
                {
                    "kind": kind,
                    "size": f"{chance.randint(1, 100)}Mi",
                    "confidence": "Measured",
                    "message": f"Of {chance.randint(100, 2000)} clusters {chance.randint(1, 90)} are called: the others"
                    " take memory for nothing, in each of its proxies.",
                    "evidence": [
                        {"what": "clusters", "value": str(chance.randint(100, 2000)), "source": "status.facts.clusters"},
                        {"what": "heap", "value": f"{chance.randint(50, 900)} MiB", "source": "status.facts.heap"},
                    ],
                    "fix": "Name in a Sidecar what the workload calls: kubectl sidecar-sizer advise -o yaml writes it.",
                    "since": "2026-11-19T10:00:00Z",
                }
                for kind in chance.sample(FINDINGS, chance.randint(0, 2))
            ],
            "unjudged": [{"kind": "AgentDrives", "lacks": ["agent memory"]}],
            "decisions": [decision],
        },
    }


def main() -> None:
    workloads, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True)
    chance = random.Random(1)
    for part in range(100):
        objects = [json.dumps(profile(number, chance)) for number in range(part, workloads, 100)]
        (folder / f"{part}.yaml").write_text("\n---\n".join(objects) + "\n")


main()
