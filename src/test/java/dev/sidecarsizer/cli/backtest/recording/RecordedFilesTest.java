package dev.sidecarsizer.cli.backtest.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecarsizer.backtest.recording.PodSeries;
import dev.sidecarsizer.backtest.recording.Recording;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedFilesTest {

    private static final String HEADER = "timestamp,workload,pod,bytes\n";

    @TempDir
    private Path folder;

    private final List<String> told = new ArrayList<>();

    @Test
    void aTimeIsSecondsMillisecondsOrADate() throws Exception {
        write(
                "a.csv",
                HEADER + "1700000000,w,p,1048576\n1700000060.9,w,p,2097152\n1700000120000,w,p,3145728\n"
                        + "2023-11-14T22:16:20Z,w,p,4194304\n2023-11-15T00:17:20+02:00,w,p,5242880\n");

        PodSeries pod = read().pods().get(0);

        assertThat(seconds(pod))
                .containsExactly(1_700_000_000L, 1_700_000_060L, 1_700_000_120L, 1_700_000_180L, 1_700_000_240L);
        assertThat(pod.use(4)).isEqualTo(Bytes.mebi(5));
        assertThat(told)
                .containsExactly(
                        "read 5 rows of 1 files, timestamps in Unix seconds and Unix milliseconds and RFC 3339");
    }

    @Test
    void foldersWithinAndZippedFilesAreRead() throws Exception {
        write("a.csv", HEADER + "1700000000,w,p,1\n");
        Files.createDirectories(folder.resolve("deep/er"));
        try (OutputStream file = new GZIPOutputStream(Files.newOutputStream(folder.resolve("deep/er/b.csv.gz")))) {
            file.write((HEADER + "1700000060,w,p,1\n").getBytes(StandardCharsets.UTF_8));
        }
        write(".hidden.csv", "no\n");
        write("notes.md", "no\n");

        assertThat(seconds(read().pods().get(0))).hasSize(2);
    }

    @Test
    void columnsMayStandInAnyOrderAmongOthers() throws Exception {
        write("a.csv", "pod,node,bytes,workload,timestamp\n\"p\",n1,1024,\"shop/Deployment/re,views\",1700000000\n");

        PodSeries pod = read().pods().get(0);

        assertThat(pod.workload()).isEqualTo(new WorkloadKey("shop", "apps", "Deployment", "re,views"));
        assertThat(pod.pod()).isEqualTo(new PodName("shop", "p"));
        assertThat(pod.use(0)).isEqualTo(new Bytes(1024));
    }

    @Test
    void anyTextIsAWorkload() throws Exception {
        write("a.csv", HEADER + "1700000000,a//b,p,1\n1700000000,just a name,shop/p,1\n");

        List<PodSeries> pods = read().pods();

        assertThat(pods.get(0).workload()).isEqualTo(new WorkloadKey("default", "", "Workload", "a//b"));
        assertThat(pods.get(1).workload().name()).isEqualTo("just a name");
        assertThat(pods.get(1).pod()).isEqualTo(new PodName("shop", "p"));
    }

    @Test
    void rowsThatCannotBeUsedAreToldAndLeftOut() throws Exception {
        write(
                "a.csv",
                HEADER + "1700000000,w,p,NaN\n1700000000,w,p,+Inf\n1700000000,w,p,Infinity\n1700000000,w,p,-1\n"
                        + "1700000000,w,p,many\n1700000000,w,p\nyesterday,w,p,1\n,w,p,1\n1700000000,,p,1\n"
                        + "1700000000,w,p,1e300\n9999999999,w,p,1\n1700000000,w,p,10240\n");

        Recording recording = read();

        assertThat(recording.samples()).isEqualTo(1);
        assertThat(recording.pods().get(0).use(0)).isEqualTo(new Bytes(10_240));
        assertThat(told)
                .contains("not usable: 1 × fewer columns than the header, 1 × no workload or no pod, 2 × no timestamp, "
                        + "1 × timestamp before 1952 or after 2088, 2 × bytes not a number, "
                        + "2 × bytes NaN or infinite, 1 × bytes negative, 1 × more than any node has");
    }

    @Test
    void rowsMayBeUnsortedAndTwice() throws Exception {
        write("a.csv", HEADER + "1700000120,w,p,3072\n1700000000,w,p,1024\n1700000060,w,p,2048\n1700000060,w,p,5120\n");
        write("b.csv", HEADER + "1700000000,w,p,1024\n");

        PodSeries pod = read().pods().get(0);

        assertThat(seconds(pod)).containsExactly(1_700_000_000L, 1_700_000_060L, 1_700_000_120L);
        assertThat(pod.use(1)).isEqualTo(new Bytes(5120));
        assertThat(told).contains("left out 2 samples of a pod and second that had one; the highest is kept");
    }

    @Test
    void aFileWithAFaultIsToldAndTheOthersRead() throws Exception {
        write("a.csv", "time,workload,pod,bytes\n1,w,p,1\n");
        write("b.csv", "");
        write("c.csv.gz", "not zipped");
        write("d.csv", HEADER + "1700000000,w,p,1\n");

        assertThat(read().samples()).isEqualTo(1);
        assertThat(told)
                .contains(
                        "a.csv: its header \"time,workload,pod,bytes\" lacks the column timestamp: it must have"
                                + " timestamp,workload,pod,bytes",
                        "b.csv: it is empty: its first line must be the header timestamp,workload,pod,bytes",
                        "c.csv.gz: Not in GZIP format");
    }

    @Test
    void withoutAUsableRowThereIsNothingToReplay() throws Exception {
        write("a.csv", HEADER + "1700000000,w,p,NaN\n");

        assertThatThrownBy(this::read)
                .isInstanceOf(NothingToReplay.class)
                .hasMessageContaining("has no usable row")
                .hasMessageContaining("1 × bytes NaN or infinite");
    }

    @Test
    void withoutAFileThereIsNothingToReplay() {
        assertThatThrownBy(this::read)
                .isInstanceOf(NothingToReplay.class)
                .hasMessage(
                        folder
                                + " has no *.csv, *.om, *.openmetrics, *.prom or *.txt, each perhaps with .gz: put recorded samples there");
    }

    @Test
    void theStepIsThatOfTheMedianPod() throws Exception {
        write(
                "a.csv",
                HEADER + "1700000000,w,p,1\n1700000060,w,p,1\n1700000120,w,p,1\n1700009999,w,p,1\n1700000000,w,q,1\n");

        assertThat(read().step()).isEqualTo(60);
    }

    @Test
    void manySamplesKeepTheirOrder() throws Exception {
        StringBuilder rows = new StringBuilder(HEADER);
        for (int i = 999; i >= 0; i--) {
            rows.append(1_700_000_000L + i * 10L)
                    .append(",w,p,")
                    .append(i * 1024)
                    .append('\n');
        }
        write("a.csv", rows.toString());

        PodSeries pod = read().pods().get(0);

        for (int i = 0; i < pod.size(); i++) {
            assertThat(pod.second(i)).isEqualTo(1_700_000_000L + i * 10L);
            assertThat(pod.use(i).value()).isEqualTo(i * 1024L);
        }
    }

    private static final String MEMORY = "container_memory_working_set_bytes";

    @Test
    void openMetricsTellsTheWorkloadByLabelByOwnerOrByName() throws Exception {
        write(
                "memory.om",
                memory("pod=\"labelled-1\",workload=\"front\",workload_type=\"Deployment\"", "1024 1700000000.000")
                        + memory("pod=\"whole-1\",workload=\"web/Job/once\"", "1024 1700000000")
                        + memory("pod=\"owned-6d5f9c7b88-x2x7p\"", "1024 1700000000.5")
                        + memory("pod=\"named-6d5f9c7b88-x2x7p\"", "1024 1700000000")
                        + memory("pod=\"carts-0\"", "1024 1700000000")
                        + memory("pod=\"nightly-28912345-bcdfg\"", "1024 1700000000")
                        + memory("pod=\"bare\"", "1024 1700000000")
                        + MEMORY + "{namespace=\"shop\",pod=\"bare\",container=\"app\"} 9e9 1700000000\n# EOF\n");
        write(
                "zowners.txt",
                """
                kube_pod_owner{namespace="shop",pod="owned-6d5f9c7b88-x2x7p",owner_kind="ReplicaSet",\
                owner_name="owned-6d5f9c7b88",owner_is_controller="true"} 1 1700000000000
                kube_replicaset_owner{namespace="shop",replicaset="owned-6d5f9c7b88",owner_kind="Rollout",\
                owner_name="owned",owner_is_controller="true"} 1 1700000000000
                up 1
                """);

        assertThat(read().pods().stream().map(pod -> pod.workload().toString() + " " + pod.pod()))
                .containsExactly(
                        "shop/CronJob/nightly shop/nightly-28912345-bcdfg",
                        "shop/Deployment/front shop/labelled-1",
                        "shop/Deployment/named shop/named-6d5f9c7b88-x2x7p",
                        "shop/Pod/bare shop/bare",
                        "shop/Rollout/owned shop/owned-6d5f9c7b88-x2x7p",
                        "shop/StatefulSet/carts shop/carts-0",
                        "web/Job/once shop/whole-1");
        assertThat(told).containsExactly("read 7 rows of 2 files, timestamps in Unix seconds");
    }

    @Test
    void whatPromtoolDumpsHasMilliseconds() throws Exception {
        write(
                "dump.prom",
                "{__name__=\"container_memory_working_set_bytes\", container=\"istio-proxy\", namespace=\"shop\","
                        + " pod=\"carts-0\"} 2.097152e+06 1700000060999\n");

        PodSeries pod = read().pods().get(0);

        assertThat(seconds(pod)).containsExactly(1_700_000_060L);
        assertThat(pod.use(0)).isEqualTo(Bytes.mebi(2));
    }

    @Test
    void filesOfEachKindMakeOneHistory() throws Exception {
        write("a.csv", HEADER + "1700000000,shop/StatefulSet/carts,carts-0,1024\n");
        try (OutputStream file = new GZIPOutputStream(Files.newOutputStream(folder.resolve("b.om.gz")))) {
            file.write((memory("pod=\"carts-0\"", "2048 1700000060") + "# EOF\n").getBytes(StandardCharsets.UTF_8));
        }

        assertThat(read().pods()).singleElement().satisfies(pod -> assertThat(seconds(pod))
                .containsExactly(1_700_000_000L, 1_700_000_060L));
    }

    @Test
    void samplesThatCannotBeUsedAreToldAndLeftOut() throws Exception {
        write(
                "a.txt",
                memory("pod=\"carts-0\"", "1024")
                        + memory("pod=\"carts-0\"", "NaN 1700000000000")
                        + memory("pod=\"carts-0\"", "-1 1700000000000")
                        + memory("node=\"n1\"", "1 1700000000000")
                        + memory("pod=\"carts-0\"", "1e300 1700000000000")
                        + memory("pod=\"carts-0\"", "1024 1700000000000"));
        write("b.om", memory("pod=\"carts-0\"", "2048 1700000060") + "what?\n" + memory("pod=\"carts-0\"", "1 1"));
        write("c.om", memory("pod=\"carts-0\"", "2048 1700000120"));
        write("d.prom", "up 1\n");

        assertThat(read().samples()).isEqualTo(3);
        assertThat(told)
                .containsExactly(
                        "read 8 rows of 4 files, timestamps in Unix seconds and Unix milliseconds",
                        "not usable: 1 × no workload or no pod, 1 × no timestamp, 1 × bytes NaN or infinite, "
                                + "1 × bytes negative, 1 × more than any node has",
                        "b.om: line 2: its value \"?\" is no number: what?",
                        "c.om: it does not end with # EOF: it was cut off",
                        "d.prom: it has no container_memory_working_set_bytes of a container istio-proxy");
    }

    @Test
    void workloadsThatAreNotWantedAreLeftOutOfTextToo() throws Exception {
        write("a.om", memory("pod=\"carts-0\"", "1 1700000000") + memory("pod=\"bare\"", "1 1700000000") + "# EOF\n");

        Recording recording = RecordedFiles.in(folder).read("shop/StatefulSet/carts"::equals, bytes -> {}, told::add);

        assertThat(recording.samples()).isEqualTo(1);
        assertThat(told).contains("left out 1 rows of workloads that were not asked for");
    }

    @Test
    void oneFileWillDo() throws Exception {
        write("a.csv", HEADER + "1700000000,w,p,1\n");
        write("b.csv", HEADER + "1700000060,w,p,1\n");

        assertThat(RecordedFiles.in(folder.resolve("b.csv"))
                        .read(any -> true, bytes -> {}, told::add)
                        .first())
                .isEqualTo(1_700_000_060L);
        write("c.pdf", "");
        assertThatThrownBy(() -> RecordedFiles.in(folder.resolve("c.pdf")))
                .hasMessageContaining("c.pdf is none of *.csv, *.om");
    }

    private static String memory(String labels, String valueAndTime) {
        return MEMORY + "{namespace=\"shop\",container=\"istio-proxy\"," + labels + "} " + valueAndTime + "\n";
    }

    private Recording read() throws NothingToReplay {
        return RecordedFiles.in(folder).read(any -> true, bytes -> {}, told::add);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static long[] seconds(PodSeries pod) {
        long[] seconds = new long[pod.size()];
        Arrays.setAll(seconds, pod::second);
        return seconds;
    }
}
