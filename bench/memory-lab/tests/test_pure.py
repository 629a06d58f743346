"""The parts that decide something and touch nothing: python3 -m unittest discover -s bench/memory-lab/tests"""

import json
import re
import sys
import tempfile
import unittest
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from lab import __main__ as main  # noqa: E402
from lab import arms, calm, report  # noqa: E402
from lab.cell import Cell, matrix  # noqa: E402
from lab.measures import COLUMNS, COURSE, Sample, course, quantile, recovered, summary  # noqa: E402
from lab.parts import Parts  # noqa: E402
from lab.table import Table, append  # noqa: E402
from lab.traffic import KINDS, configuration  # noqa: E402
from lab.traffic.tally import tally  # noqa: E402

CELL = Cell("1.40.0", "ours", "raw-tcp", 64, 1)


class Cells(unittest.TestCase):
    def test_arms_meet_the_same_traffic_and_runs_do_not(self):
        first, other, second = CELL, Cell("1.36.4", "default", "raw-tcp", 64, 1), Cell("1.40.0", "ours", "raw-tcp", 64, 2)
        self.assertEqual(first.seed(1), other.seed(1))
        self.assertNotEqual(first.seed(1), second.seed(1))
        self.assertNotEqual(first.seed(1), first.seed(2))

    def test_a_seed_decides_the_arrivals(self):
        kind = KINDS["slow-readers"]
        self.assertEqual(kind.arrivals(128, 7), kind.arrivals(128, 7))
        self.assertNotEqual(kind.arrivals(128, 7), kind.arrivals(128, 8))
        self.assertEqual(256, len(kind.arrivals(128, 7)))

    def test_all_runs_of_a_matrix_are_there_once(self):
        cells = matrix(["1.40.0"], ["default", "ours"], ["raw-tcp", "slow-readers"], [64, 128], 3)
        self.assertEqual(24, len(set(cells)))
        self.assertEqual(("default", "ours"), (cells[0].arm, cells[1].arm))

    def test_each_run_begins_with_the_next_arm(self):
        cells = matrix(["1.40.0"], ["default", "advice", "ours"], ["raw-tcp"], [64], 4)
        orders = [[cell.arm for cell in cells if cell.run == run] for run in range(1, 5)]
        self.assertEqual(["default", "advice", "ours"], orders[0])
        self.assertEqual(["advice", "ours", "default"], orders[1])
        self.assertEqual(["ours", "default", "advice"], orders[2])
        self.assertEqual(orders[0], orders[3])


class Kinds(unittest.TestCase):
    def test_what_takes_long_is_run_only_where_it_is_asked_for(self):
        for name in "held-config", "burst-after-hour", "h2-on-405-services":
            self.assertNotIn(name, main._parser().parse_args([]).kinds)
            self.assertEqual([name], main._parser().parse_args(["--kinds", name]).kinds)

    def test_a_burst_on_a_configuration_is_as_the_burst_without(self):
        for name, same in ("h2-on-405-services", "h2-slow-streams"), ("readers-on-405-services", "slow-readers"):
            self.assertEqual(405, KINDS[name].configured)
            self.assertEqual(KINDS[same], replace(KINDS[name], configured=0, quiet=0))

    def test_all_arms_are_configured_with_the_same_services(self):
        with tempfile.TemporaryDirectory() as folder:
            one, same, other = (Path(folder, name) for name in ("one.yaml", "same.yaml", "other.yaml"))
            for file, seed in (one, 7), (same, 7), (other, 8):
                configuration.tell(file, 275, seed)
            names = re.findall("hosts: .(.*).\n", one.read_text())
            self.assertEqual((275, 275), (len(names), len(set(names))))
            self.assertEqual(one.read_text(), same.read_text())
            self.assertNotEqual(one.read_text(), other.read_text())


class Streams(unittest.TestCase):
    def test_a_reset_after_the_answer_is_neither_served_nor_refused(self):
        self.assertEqual({"came": 32, "refused": 29, "reset": 1}, tally(32, {1, 3, 5}, {5, 7}))
        self.assertEqual({"came": 32, "refused": 32, "reset": 0}, tally(32, set(), set()))


class Arms(unittest.TestCase):
    def test_default_has_none_and_advice_fits_the_limit(self):
        self.assertIsNone(arms.override("default", 64, {}))
        monitors = json.loads(arms.override("advice", 64, {}))["overload_manager"]["resource_monitors"]
        self.assertEqual(64 * arms.MIB, monitors[0]["typed_config"]["max_heap_size_bytes"])
        ours = {"ours": "{}", "ours-peak": "[]"}
        told = [arms.override(arm, 64, ours) for arm in ("ours", "ours-buffers", "ours-peak", "ours-other")]
        self.assertEqual(["{}", "[]", "[]", None], told)
        self.assertEqual(["ours-buffers"], [arm for arm in arms.ARMS if arms.variables(arm)])

    def test_a_changed_override_is_another(self):
        self.assertNotEqual(arms.digest(arms.advice(64), {}), arms.digest(arms.advice(128), {}))
        self.assertNotEqual(arms.digest("{}", {}), arms.digest("{}", {"concurrency": 2}))
        self.assertEqual("none", arms.digest(None, {}))


class Measures(unittest.TestCase):
    def test_serving_again_is_five_in_a_row(self):
        rows = [(10 + i, 0.5, came) for i, came in enumerate(["200", "503", "200", "200", "200", "200", "200"])]
        self.assertEqual(2.5, recovered(rows, 10))
        self.assertEqual("", recovered(rows[:5], 10))
        self.assertEqual("", recovered([], 10))

    def test_a_run_is_summed_up_by_its_phases(self):
        mib = arms.MIB
        samples = [
            Sample(float(t), t * mib, 0, max(2, 18 - t) * mib, 5 * mib, {"envoy": 7 * mib, "pilot-agent": 30 * mib})
            for t in range(20)
        ]
        asked = [(t / 10, 0.001 * t, "200" if t < 50 or t > 90 else "503") for t in range(200)]
        new = [(float(t), 0.001, "200" if t < 6 or t > 11 else "ConnectionResetError") for t in range(20)]
        found = summary(samples, asked, new, 5, 10)
        self.assertEqual((4, 15, 5, 7, 30, 21, 18), tuple(found[n] for n in (
            "base", "usage_5s", "live_5s", "envoy_5s", "agent_peak", "peak_with_sockets", "sockets")))
        self.assertEqual((9, 41, 100, 0), tuple(
            found[n] for n in ("during_ok", "during_refused", "after_ok", "after_refused")))
        self.assertEqual((1, 4, 8, 2, 2.0), tuple(found[n] for n in (
            "new_during_ok", "new_during_refused", "new_after_ok", "new_after_refused", "new_recovered")))
        self.assertNotIn("usage_30s", found)
        self.assertLessEqual(set(found), set(COLUMNS))
        memory = course(samples, 5)
        self.assertEqual([(0, 5), (10, 15)], [(moment["second"], moment["usage"]) for moment in memory])
        self.assertEqual(set(COURSE), set(vars(CELL)) | {"override", "after"} | set(memory[0]))

    def test_nearest_rank(self):
        self.assertEqual(98, quantile(range(100), 0.99))
        self.assertEqual(1, quantile([3, 1, 4, 1], 0.5))
        self.assertEqual(5, quantile([5], 0.99))
        self.assertEqual("", quantile([], 0.5))


class Tables(unittest.TestCase):
    def test_what_was_run_is_not_run_again(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "runs.csv")
            row = vars(CELL) | {"seed": 3, "override": "none", "seconds": "6", "after": "7", "tcp_limit": 0, "killed": 1}
            self.assertFalse(Table(file).has(row))
            Table(file).add(row)
            self.assertTrue(Table(file).has(row))
            for other in ({"override": "0a0b0c0d"}, {"seconds": "60"}, {"after": "32"}, {"tcp_limit": 1}):
                self.assertFalse(Table(file).has(row | other))

    def test_how_long_is_told_in_one_way(self):
        envoys = {"1.40.0": {"overrides": {"64": {}}, "proxyConfig": "{}"}}
        parts = Parts({"istiod": "", "pilotAgent": "", "template": "", "shown": "", "envoys": envoys})
        words = ([], ["--seconds", "6", "--after", "7.0"], ["--after", "32"])
        told, same, other = (main._row(CELL, main._parser().parse_args(some), parts) for some in words)
        self.assertEqual(told, same)
        self.assertEqual(("6", "32", 0), (other["seconds"], other["after"], other["tcp_limit"]))
        self.assertEqual(1, main._row(CELL, main._parser().parse_args(["--tcp-limit"]), parts)["tcp_limit"])

    def test_a_file_with_other_columns_is_left_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "runs.csv")
            append(file, COLUMNS[1:], [dict.fromkeys(COLUMNS[1:], "")])
            self.assertRaises(SystemExit, Table, file)


class Reports(unittest.TestCase):
    def test_bounds_of_the_rate_of_kills(self):
        self.assertAlmostEqual(1 - 0.05 ** (1 / 300), report.upper_bound(0, 300), 6)
        self.assertAlmostEqual(0.0157, report.upper_bound(1, 300), 4)
        self.assertEqual(1, round(report.upper_bound(5, 5), 6))

    def test_a_cell_is_a_line(self):
        runs = [_ran("ours"), _ran("default", killed="1"), _ran("default")]
        lines = report.markdown(runs).splitlines()
        self.assertEqual(4, len(lines))
        self.assertIn("| default | 1 of 2 | 64 |", lines[2])
        self.assertIn("never in 1", lines[3])
        self.assertIn("| raw-tcp | default | 1 of 2, 64 |", report.kills(runs))
        self.assertIn("default: 1 of 2 runs killed, at most 97.5% at 95 %", report.pooled(runs))

    def test_a_proxy_that_ends_by_itself_has_not_survived(self):
        crashed = _ran("ours", ended="1", error="Envoy exited", recovered="0.1")
        runs = [_ran("ours", killed="1", ended="1"), crashed, _ran("ours"), _ran("ours")]
        self.assertIn("| ours | 1 of 4, 1 ended, 64 |", report.kills(runs))
        self.assertIn("| ours | 1 of 4, 1 ended | 64 |", report.markdown(runs))
        self.assertIn("| –, never in 2 |", report.markdown(runs))
        bound = report.upper_bound(2, 4)
        self.assertIn(f"ours: 1 of 4 runs killed, 1 ended, at most {bound:.1%} at 95 %", report.pooled(runs))

    def test_streams_that_were_reset_are_not_among_the_refused(self):
        streams = _ran("ours", came="200", refused="50", reset="20")
        self.assertIn("| 25 % / 10 % |", report.markdown([streams, _ran("ours", came="200", refused="50")]))

    def test_a_cell_is_of_its_newest_override(self):
        old, new, other = _ran("ours", override="a"), _ran("ours", override="b"), _ran("ours", override="a", limit="128")
        self.assertEqual([new, other, new], report.newest([old, new, other, old, new]))

    def test_what_was_run_with_sockets_held_to_the_limit_has_a_newest_override_of_its_own(self):
        limited, free = _ran("ours", override="a", tcp_limit="1"), _ran("ours", override="b", tcp_limit="0")
        self.assertEqual([limited, free], report.newest([limited, free]))

    def test_runs_are_pooled_where_most_of_the_default_are_killed(self):
        killed, lived = _ran("default", killed="1"), _ran("default", limit="512")
        runs = [killed, lived, _ran("ours"), _ran("ours"), _ran("ours", limit="512", killed="1")]
        self.assertIn("ours, where most runs of the default are killed: 0 of 2 (77.6%)", report.pooled(runs))

    def test_sorts_of_traffic_are_told_apart_and_what_is_held_is_left_out(self):
        runs = [_ran("ours", killed="1"), _ran("ours", kind="grpc-streams", limit="256"), _ran("ours", kind="held-config")]
        table = report.grouped(runs).splitlines()
        self.assertEqual(4, len(table))
        self.assertIn("| HTTP/2 and gRPC streams, from 128 MiB on |  |  | 0 of 1 (95.0%) |  |  |", table)
        self.assertIn("| slow HTTP/1.1, TCP and TLS clients, below 128 MiB |  |  | 1 of 1 (100.0%) |  |  |", table)
        full = report.grouped([_ran("ours", kind="h2-on-405-services", limit="128")])
        self.assertIn("| bursts on a large configuration, from 128 MiB on |  |  | 0 of 1 (95.0%) |  |  |", full)

    def test_who_was_answered_is_told_of_one_limit(self):
        good = {"during_ok": "3", "during_refused": "1", "during_p50": "1.0", "during_p99": "9.0"}
        runs = [_ran("ours", limit="128", **good), _ran("ours", **good)]
        self.assertIn("| raw-tcp | ours | 0 of 1 | 75 % | 1, 9 | 64, 64 |", report.answered(runs, 128))
        self.assertEqual(3, len(report.answered(runs, 128).splitlines()))

    def test_what_is_charged_after_the_burst_is_told_of_survivors(self):
        killed = _ran("default", killed="1", usage_5s="0.2", live_5s="0.1")
        cell = [killed, _ran("default", usage_5s="300.4", live_5s="9.0")]
        self.assertEqual((300.4, "300"), report.charged(cell))
        self.assertIsNone(report.charged([killed]))
        self.assertIn("| 300 / 9 |", report.markdown(cell))

    def test_a_cell_that_was_never_run_has_no_bar(self):
        self.assertEqual((50, "1/2"), report.lost([_ran("ours", ended="1"), _ran("ours")]))
        self.assertEqual((0, "0/1"), report.lost([_ran("ours")]))
        self.assertIsNone(report.lost([]))
        self.assertIsNone(report.charged([]))

    def test_what_stays_30_s_after_is_told_beside_its_goal(self):
        told = {"after": "32", "envoy_30s": "64.2", "usage_30s": "76.4", "live_30s": "8.0"}
        runs = [_ran("ours", **told), _ran("ours", after="7", envoy_30s="1"), _ran("default", killed="1", after="32")]
        table = report.rest(runs).splitlines()
        self.assertEqual("| 30 s after | 64 MiB, default | 64 MiB, ours |", table[0])
        self.assertEqual("| raw-tcp | killed, 1 of 1 | 64, 76 (60) |", table[2])
        self.assertEqual(3, len(table))

    def test_what_is_held_is_told_of_each_run(self):
        told = {"kind": "held-tcp", "after_ok": "90", "after_refused": "10", "live_30s": "7.4"}
        fresh = {"new_after_ok": "3", "new_after_refused": "1"}
        runs = [_ran("ours", **told, **fresh), _ran("ours", **told), _ran("default", kind="held-tcp", killed="1")]
        self.assertIn("| held-tcp, 64 MiB | killed | 90 of 100; 3 of 4 (7)<br>90 of 100; – (7) |", report.held(runs))

    def test_pairs_are_told_with_what_is_likely(self):
        rows = []
        for number, ratio in enumerate((0.9, 1.0, 1.1), 1):
            pair = [_calm(number, "default", 100.0), _calm(number, "ours", 100 * ratio)]
            rows += pair if number % 2 else pair[::-1]
        table = report.calm(rows).splitlines()
        self.assertEqual("| default, ours; 256, 16, 1024; p50, ms | 3 | 100 | 100 | 1.000 | 0.900–1.100 | 0.900, 1.100 |", table[3])
        self.assertEqual((2, 9), report.likely(list(range(1, 11))))

    def test_what_did_not_start_measured_nothing_but_where_it_was_killed(self):
        self.assertTrue(report.measured(_ran("ours", ended="1", error="Envoy exited")))
        self.assertTrue(report.measured(_ran("ours", killed="1", peak="", error="did not start")))
        self.assertFalse(report.measured(_ran("ours", peak="", error="did not start")))


def _ran(arm, **told):
    row = {"envoy": "1.40.0", "arm": arm, "kind": "raw-tcp", "limit": "64", "killed": "0", "ended": "0", "peak": "64.0"}
    return dict.fromkeys(COLUMNS, "") | row | told


def _calm(pair, arm, value):
    return {"pair": pair, "arm": arm, "limit": "256", "connections": "16", "body": "1024"} | dict.fromkeys(("throughput", "p50", "p99"), value)


class Readme(unittest.TestCase):
    def test_names_each_option_and_each_column(self):
        usage, columns = (Path(__file__).parents[1] / "README.md").read_text().split("## Columns of runs.csv")
        options = re.findall(r"--[a-z-]+", main._parser().format_usage())
        rows = re.findall(r"^\| (`.*?) \|", usage, re.M)
        self.assertEqual(sorted(options), sorted(re.findall("`(--[a-z-]+)`", " ".join(rows))))
        names = re.findall("`([a-z0-9_]+[*]?)`", columns.split("\n\n")[1])
        self.assertEqual([], [one for one in COLUMNS if not any(fnmatchcase(one, name) for name in names)])
        self.assertEqual([], [name for name in names if not any(fnmatchcase(one, name) for one in COLUMNS)])


class Calm(unittest.TestCase):
    def test_reads_what_wrk_prints(self):
        text = "  Latency Distribution\n     50%    2.53ms\n     99%  987.00us\nRequests/sec:   5124.10\n"
        self.assertEqual({"throughput": 5124.1, "p50": 2.53, "p99": 0.987}, calm.told(text))


if __name__ == "__main__":
    unittest.main()
