package dev.sidecarsizer.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.Browser;
import dev.sidecarsizer.cluster.Browser.Look;
import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.install.Installation;
import dev.sidecarsizer.install.Replica;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.Select;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The audit page in a real browser, over what the main job shows: a real API server, the installed webhook, and what it
 * decided on pods that were created. Pictures of it are left in {@code target/audit-page}.
 */
@Tag("mesh")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageInBrowserIT {

    static final Path PICTURES = Path.of("target", "audit-page").toAbsolutePath();

    private static final int TALLEST = 1215;
    private static final Look WIDE = new Look(1280, false);
    private static final String ROWS = ".tabulator-row";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    /** When checkout was killed, by the profiles of the demo. */
    private final LocalDate firstKill = LocalDate.now(ZoneOffset.UTC).minusDays(8);

    private final LocalDate lastKill = LocalDate.now(ZoneOffset.UTC).minusDays(3);

    private ControlPlane plane;
    private Installation installation;
    private URI page;
    private Browser browser;

    @BeforeAll
    void start(@TempDir Path downloads) {
        browser = kept(Browser.start(downloads));
        plane = kept(ControlPlane.start(ControlPlane.Wanted.byDefault()));
        installation = Installation.on(plane);
        Shop.ALL.forEach(shop -> shop.furnish(plane));
        new KeptPast().write(plane);
        Replica webhook =
                kept(Replica.start(installation, installation.listen(), "--sidecar-sizer.audit.write-interval=100ms"));
        Shop.createPods(plane);
        page = webhook.management().resolve("/audit/");
        browser.look(WIDE);
        browser.open(page, "ready");
        browser.await("all decisions are in", any -> {
            JsonNode standing = data("mesh").path("standing");
            return standing.path("sized").asInt() == 4 + 3
                    && standing.path("audited").asInt() == 2;
        });
    }

    @AfterAll
    void stop() throws Exception {
        while (!running.isEmpty()) {
            running.pop().close();
        }
    }

    @BeforeEach
    void lookWide() {
        browser.look(WIDE);
        browser.complaints();
    }

    @AfterEach
    void nothingWasRefused() {
        assertThat(browser.complaints()).isEmpty();
    }

    static Stream<Arguments> everyViewAndLook() {
        return Stream.of(
                        "",
                        "workloads",
                        "workload?namespace=shop&kind=Deployment&name=checkout",
                        "workload?namespace=shop&kind=Deployment&name=newcomer",
                        "workload?namespace=warehouse&kind=Deployment&name=picking",
                        "decisions",
                        "what-if")
                .flatMap(view -> Look.all().stream().map(look -> Arguments.of(view, look)));
    }

    @ParameterizedTest
    @MethodSource("everyViewAndLook")
    void everybodyCanReadIt(String view, Look look) {
        browser.look(look);
        browser.open(page.resolve(view), "ready");

        assertThat(browser.violations()).isEmpty();
        assertThat((Long) browser.run("return document.documentElement.scrollWidth"))
                .as("nothing is wider than the window")
                .isEqualTo(look.width());
    }

    static Stream<Arguments> pictures() {
        return Stream.of(
                Arguments.of("mesh", "", WIDE),
                Arguments.of("workloads", "workloads", WIDE),
                Arguments.of("workload", "workload?namespace=shop&kind=Deployment&name=checkout", WIDE),
                Arguments.of("decisions", "decisions", new Look(1280, true)),
                Arguments.of("what-if", "what-if", WIDE),
                Arguments.of("narrow", "", new Look(400, true)));
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void isShownInTheDocs(String name, String view, Look look) {
        browser.look(look);
        browser.open(page.resolve(view), "ready");

        Path picture = PICTURES.resolve(name + ".png");
        browser.photograph(picture, look.width(), TALLEST);

        assertThat(picture.toFile().length()).isBetween(10_000L, 500_000L);
    }

    @Test
    void theMeshIsTheOneOnTheApiServer() {
        browser.open(page, "ready");

        JsonNode mesh = data("mesh");
        assertThat(browser.find("#coverage").getText())
                .contains(mesh.path("workloads").asInt() + " workloads", "in 4 namespaces")
                .containsPattern("\noff\n.+\n\\d+ pods? \\(\\d+ %\\)")
                .containsPattern("\naudit\n.+\n\\d+ pods? \\(\\d+ %\\)")
                .containsPattern("\nenforce\n.+\n\\d+ pods? \\(\\d+ %\\)")
                .containsPattern("\nunsized\n.+\n4 pods \\(\\d+ %\\)");
        // checkout was killed twice at 1Gi, in each of the three namespaces
        assertThat(figure("OOM kills")).contains("6");
        assertThat(figure("At risk")).contains("workload");
        assertThat(browser.find("#coverage").getText()).contains("sized", "audited", "undecided");
        assertThat(browser.find("#causes").getText()).contains("OOMKilled", "AtCeiling", "OverProvisioned", "3.3 GiB");
        assertThat(browser.find("#kills").getText()).contains("6 kills in 14 days, the last on " + day(lastKill));
    }

    @Test
    void aFigureLeadsToTheWorkloadsBehindIt() {
        browser.open(page, "ready");

        browser.find("#causes a[href*=OverProvisioned]").click();
        browser.awaitState("ready");

        assertThat(browser.address())
                .isEqualTo(page.resolve("workloads?finding=OverProvisioned").toString());
        browser.awaitText("#shown", text -> text.startsWith("3 of "));
        assertThat(names()).containsOnly("nightly-report");
        browser.back();
        browser.awaitState("ready");
        browser.find("#coverage a[href*=audited]").click();
        browser.awaitState("ready");
        assertThat(names()).containsExactlyInAnyOrder("reviews", "checkout");
    }

    @Test
    void everyFilterIsInTheAddressAndComesBack() {
        browser.open(page.resolve("workloads"), "ready");
        int all = browser.all(ROWS).size();

        choose("namespace", "shop");
        browser.awaitText("#shown", text -> text.startsWith("5 of "));
        assertThat(browser.query()).isEqualTo("namespace=shop");
        choose("mode", "enforce");
        choose("standing", "sized");
        browser.awaitText("#shown", text -> text.startsWith("4 of "));
        choose("finding", "OOMKilled");
        choose("risk", "killed");
        choose("condition", "Ready");
        choose("reason", "OOM_EVIDENCE");
        assertThat(browser.query())
                .isEqualTo(
                        "namespace=shop&mode=enforce&standing=sized&finding=OOMKilled&reason=OOM_EVIDENCE&condition=Ready&risk=killed");
        assertThat(names()).containsExactly("checkout");

        String link = browser.address();
        action("Copy link").click();
        browser.await("it is copied", any -> browser.clipboard().equals(link));
        browser.open(page, "ready");
        browser.open(URI.create(link), "ready");
        assertThat(names()).as("a link shows the same to others").containsExactly("checkout");
        for (int step = 0; step < 7; step++) {
            browser.back();
        }
        browser.awaitState("ready");
        browser.find("#filters [type=reset]").click();
        browser.awaitText("#shown", text -> !text.contains(" of "));
        assertThat(browser.query()).isEmpty();
        assertThat(browser.all(ROWS)).hasSize(all);
    }

    @Test
    void backGoesToTheViewBefore() {
        browser.open(page.resolve("workloads"), "ready");
        choose("namespace", "shop");
        choose("standing", "sized");

        browser.back();
        browser.awaitText("#shown", text -> text.startsWith("5 of "));
        assertThat(browser.query()).isEqualTo("namespace=shop");
        browser.back();
        browser.awaitText("#shown", text -> !text.contains(" of "));
    }

    @Test
    void searchFindsByAnyWordAndSaysWhenNothingMatches() {
        browser.open(page.resolve("workloads"), "ready");
        WebElement search = browser.find("[name=q]");

        search.sendKeys("rehearsal check");
        browser.await("one is left", any -> names().equals(List.of("checkout")));
        browser.await("it is in the address", any -> browser.query().equals("q=rehearsal+check"));
        search.sendKeys("nothing like it");
        browser.awaitText("#nothing", text -> text.startsWith("No workload matches."));
        assertThat(browser.violations()).isEmpty();
        browser.find("#nothing button").click();
        browser.awaitText("#shown", text -> !text.contains(" of "));
    }

    @Test
    void sortsByKeyboardAndKeepsItInTheAddress() {
        browser.open(page.resolve("workloads?namespace=shop"), "ready");

        WebElement head = browser.all("button.sort").stream()
                .filter(button -> button.getText().equals("Of limit"))
                .findFirst()
                .orElseThrow();
        head.sendKeys(Keys.ENTER);
        browser.await("it is in the address", any -> browser.query().equals("namespace=shop&sort=-share"));
        List<String> sorted = names();
        assertThat(head.findElement(By.xpath("./ancestor::*[@role='columnheader']"))
                        .getDomAttribute("aria-sort"))
                .isEqualTo("descending");
        browser.open(URI.create(browser.address()), "ready");
        assertThat(names()).isEqualTo(sorted);
        browser.find("[tabulator-field=share] button.sort").click();
        browser.await("the other way", any -> browser.query().equals("namespace=shop&sort=share"));
    }

    @Test
    void savesWhatIsShownAsCsvAndJson() {
        browser.open(page.resolve("workloads?namespace=shop&standing=sized"), "ready");

        action("CSV").click();
        List<String> lines = browser.downloaded("workloads.csv")
                .replace("\uFEFF", "")
                .lines()
                .toList();
        assertThat(lines).hasSize(5);
        assertThat(lines.getFirst())
                .startsWith("\"namespace\",\"kind\",\"name\",\"mode\",\"standing\",\"reason\",\"pods\",\"unsized\",");
        assertThat(lines)
                .anyMatch(line ->
                        line.startsWith("\"shop\",\"Deployment\",\"checkout\",\"enforce\",\"sized\",\"OOM_EVIDENCE\",")
                                && line.contains(",\"OOMKilled AtCeiling\","));

        action("JSON").click();
        JsonNode rows = JSON.readTree(browser.downloaded("workloads.json"));
        assertThat(rows.valueStream().map(row -> row.path("name").asString()))
                .containsExactlyInAnyOrder("reviews", "checkout", "payments", "nightly-report");
        assertThat(rows.get(0).path("limitNow").isIntegralNumber()).isTrue();
    }

    @Test
    void aWorkloadTellsWhatWhyAndWhatToDo() {
        browser.open(page.resolve("workloads?namespace=shop&standing=sized"), "ready");
        browser.all(".tabulator-cell a").stream()
                .filter(link -> link.getText().equals("checkout"))
                .findFirst()
                .orElseThrow()
                .click();
        browser.awaitState("ready");

        assertThat(browser.find("h1").getText()).isEqualTo("checkout");
        assertThat(browser.text())
                .contains("OOM_EVIDENCE", "p99 881 MiB", "Peak 1,003 MiB", "Limit before 1 GiB", "Limit now 1.2 GiB")
                .containsPattern("First seen: revision 7c9b5d8f6d on \\d+ \\w+\\.")
                .contains("OOM kills: 1 on " + day(firstKill) + ", 1 on " + day(lastKill))
                .contains("Its namespace is at enforce");
        assertThat(browser.texts(".finding h3 .badge"))
                .extracting(badge -> badge.replaceFirst("^\\W+", ""))
                .containsExactly("OOMKilled", "AtCeiling");
        assertThat(browser.all(".chart canvas")).hasSize(1);
        browser.find("details.numbers summary").click();
        assertThat(browser.find("details.numbers table").getText()).contains(firstKill + " 1,003 MiB 1");
    }

    @Test
    void aWorkloadThatStaysAsItComesIsToldSo() {
        browser.open(page.resolve("workload?namespace=shop&kind=Deployment&name=newcomer"), "ready");

        assertThat(browser.find(".opening").getText())
                .isEqualTo(
                        "Its sidecars have 128 MiB requested, 1 GiB allowed; a new pod: 128 MiB requested, 1 GiB allowed.");
        assertThat(browser.text())
                .contains("Its namespace is at enforce: the next pod stays as it comes.")
                .doesNotContain("gets it");
    }

    /** The owner of payments wrote 384Mi on its pod; the patch is of a pod without that. */
    @Test
    void whatAnOwnerAsksForIsToldApartFromThePatch() {
        browser.open(page.resolve("workload?namespace=shop&kind=Deployment&name=payments"), "ready");

        assertThat(browser.find(".opening").getText()).endsWith("a new pod: 160 MiB requested, 384 MiB allowed.");
        assertThat(browser.find("[aria-labelledby=what-a-new-pod-would-get]").getText())
                .contains("Memory limit 1 GiB 256 MiB", "had a word of their own (OWNER)")
                .contains("the next pod without such a word gets it.");
    }

    @Test
    void copiesTheFixThePatchAndTheCommandsByteForByte() {
        JsonNode one = data("workload?namespace=shop&kind=Deployment&name=checkout");
        browser.open(page.resolve("workload?namespace=shop&kind=Deployment&name=checkout"), "ready");

        browser.find("button[aria-label='Copy fix of OOMKilled']").click();
        browser.await("it says so", any -> browser.texts(".copy-said").contains("Copied"));
        assertThat(browser.clipboard()).isEqualTo(one.at("/findings/0/fix").asString());
        browser.find("button[aria-label='Copy patch']").click();
        browser.await("the patch is there", any -> browser.clipboard().startsWith("["));
        assertThat(JSON.readTree(browser.clipboard())).isEqualTo(one.at("/patch/operations"));
        String command = one.at("/commands/0/command").asString();
        browser.find("button[aria-label='Copy " + one.at("/commands/0/what").asString() + "']")
                .click();
        browser.await("the command is there", any -> browser.clipboard().equals(command));
    }

    @Test
    void copiesWhereTheBrowserLendsNoClipboard() {
        browser.open(page.resolve("workload?namespace=shop&kind=Deployment&name=checkout"), "ready");
        browser.run("window.lent = navigator.clipboard;"
                + "Object.defineProperty(navigator, 'clipboard', {value: undefined, configurable: true})");

        browser.find("button[aria-label='Copy patch']").click();
        browser.await("it says so", any -> browser.texts(".copy-said").contains("Copied"));

        assertThat(String.valueOf(browser.runUntilCalled("window.lent.readText().then(arguments[0])")))
                .startsWith("[\n  {\n    \"op\": ");
    }

    @Test
    void decisionsAreToldWithWhatTheyMean() {
        browser.open(page.resolve("decisions"), "ready");

        int decided = data("decisions").path("rows").size();
        assertThat(browser.find("#shown").getText()).isEqualTo(decided + " decisions");
        choose("namespace", "rehearsal");
        choose("decision", "Keep");
        browser.awaitText("#shown", text -> text.startsWith("1 of "));
        assertThat(browser.query()).isEqualTo("namespace=rehearsal&decision=Keep");
        assertThat(browser.find(ROWS).getText()).contains("newcomer", "NO_PROFILE", "Nothing is known of the workload");
        action("CSV").click();
        assertThat(browser.downloaded("decisions.csv"))
                .contains("\"rehearsal\",\"Deployment\",\"newcomer\",\"audit\",\"Keep\"");
        browser.find(".tabulator-cell a").click();
        browser.awaitState("ready");
        assertThat(browser.find("h1").getText()).isEqualTo("newcomer");
    }

    @Test
    void otherRulesOverTheSamePastGiveAPolicyToCopy() {
        browser.open(page.resolve("what-if"), "ready");

        WebElement ceiling = browser.find("#term-ceiling");
        ceiling.clear();
        ceiling.sendKeys("1512");
        browser.awaitText("#policy pre", text -> text.contains("ceiling: 1512Mi"));
        browser.awaitState("ready");
        assertThat(browser.query()).isEqualTo("ceiling=1512");
        assertThat(browser.find("#policy pre").getText()).contains("kind: SidecarPolicy");
        // by keyboard: a step of the slider
        browser.find("input[type=range]").sendKeys(Keys.ARROW_RIGHT);
        browser.await("the risk follows", any -> browser.query().startsWith("risk=0.0011&"));
        browser.awaitText("#policy pre", text -> text.contains("oomRisk: 0.0011"));

        String link = browser.address();
        String policy = browser.find("#policy pre").getText();
        browser.open(page, "ready");
        browser.open(URI.create(link), "ready");
        browser.awaitText("#policy pre", policy::equals);
        browser.find("button[aria-label='Copy policy']").click();
        browser.await("it is copied", any -> browser.clipboard().strip().equals(policy.strip()));
        assertThat(browser.all("#curve canvas")).hasSize(1);
    }

    /** Browsers refuse an address that is written at each step of a slider that is drawn. */
    @Test
    void aSliderThatIsDrawnWritesTheAddressOnce() {
        browser.open(page.resolve("what-if"), "ready");
        browser.run(
                """
                window.written = 0;
                const replace = history.replaceState.bind(history);
                history.replaceState = (...state) => { window.written++; replace(...state); };
                const slider = document.querySelector('input[type=range]');
                for (let step = 0; step < 200; step++) {
                  slider.value = -3 + step / 200;
                  slider.dispatchEvent(new Event('input', {bubbles: true}));
                }
                """);

        browser.await("it is there", any -> browser.query().equals("risk=0.01"));
        browser.awaitText("#policy pre", text -> text.contains("oomRisk: 0.01"));
        assertThat(browser.run("return window.written")).isEqualTo(1L);
    }

    @Test
    void aFactorRulesInPlaceOfARisk() {
        browser.open(page.resolve("what-if"), "ready");

        browser.find("input[type=radio][value=headroom]").click();
        browser.awaitText("#policy pre", text -> text.contains("headroom: 1.2") && !text.contains("oomRisk"));
        assertThat(browser.query()).isEqualTo("headroom=1.2");
        assertThat(browser.find("#term-risk").isEnabled()).isFalse();

        browser.back();
        browser.awaitText("#policy pre", text -> text.contains("oomRisk: 0.001"));
    }

    @Test
    void rulesThatCannotHoldAreToldAndCanBeMended() {
        browser.open(page.resolve("what-if?floor=512&ceiling=256"), "refused");
        assertThat(browser.find(".notice").getText())
                .contains("This cannot be asked", "the floor no more than the ceiling");
        assertThat(browser.violations()).isEmpty();
        assertThat(browser.complaints()).singleElement().asString().contains("400");

        browser.find("#terms [type=reset]").click();
        browser.awaitState("ready");
        browser.await("nothing is told any more", any -> browser.all(".notice").isEmpty());
        assertThat(browser.query()).isEmpty();
    }

    @Test
    void aLinkBeyondTheSlidersIsAskedAsItIs() {
        browser.open(page.resolve("what-if?ceiling=8192"), "ready");

        browser.awaitText("#policy pre", text -> text.contains("ceiling: 8Gi"));
        assertThat(browser.find("#term-ceiling").getDomProperty("value")).isEqualTo("8192");
        assertThat(browser.query()).isEqualTo("ceiling=8192");

        browser.open(page.resolve("what-if?risk=much"), "refused");
        assertThat(browser.find(".notice").getText()).contains("risk must be a number");
        assertThat(browser.complaints()).singleElement().asString().contains("400");
    }

    @Test
    void whatTheGuardTookBackIsTold() {
        browser.open(page, "ready");
        assertThat(figure("Withdrawn")).contains("1 workload", "the guard took sizing back");

        browser.find(".figures a[href*=Withdrawn]").click();
        browser.awaitState("ready");
        assertThat(names()).containsExactly("orders");
        browser.find(".tabulator-cell a").click();
        browser.awaitState("ready");

        assertThat(browser.find(".notice").getText())
                .contains("The guard took sizing back", "4 kernel kills", "2 times in a row", "tried again");
        assertThat(browser.text()).contains("WITHDRAWN_BY_GUARD");
        assertThat(browser.violations()).isEmpty();
    }

    @Test
    void podsThatRunUnsizedAreTold() {
        browser.open(page, "ready");
        assertThat(figure("Unsized")).contains("4 pods", "2 while admission was not asked, 2 from before");

        browser.find(".figures a[href*=Unsized]").click();
        browser.awaitState("ready");
        assertThat(names()).containsExactlyInAnyOrder("picking", "stock");
        browser.open(page.resolve("workload?namespace=warehouse&kind=Deployment&name=picking"), "ready");

        assertThat(browser.text()).contains("Pods that run", "missed", "1 misfit");
        assertThat(browser.violations()).isEmpty();
    }

    @Test
    void theBrakeIsToldWithTheWayToLetGo() {
        brake("\"audit\"");
        try {
            browser.await(
                    "it holds",
                    any -> data("mesh").at("/mode/brake").asString("").equals("audit"));
            browser.open(page, "ready");

            assertThat(browser.find(".notice").getText())
                    .contains(
                            "The brake lets nothing go further than audit", Installation.NAMESPACE, "{\"mode\":null}");
            assertThat(browser.violations()).isEmpty();
        } finally {
            brake("null");
            browser.await(
                    "it lets go", any -> data("mesh").at("/mode/cap").asString().equals("enforce"));
        }
    }

    @Test
    void theBreakerIsToldOnEachPageWithTheWayToMendIt() {
        Installation.say(plane, "breaker", "\"2026-11-20T11:00:00Z 5 of 9 sized pods were killed\"");
        try {
            browser.await("it holds", any -> data("mesh").at("/mode/breaker").isString());
            for (String view :
                    List.of("", "workloads", "decisions", "workload?namespace=shop&kind=Deployment&name=checkout")) {
                browser.open(page.resolve(view), "ready");
                assertThat(browser.find(".notice").getText())
                        .as(view)
                        .contains("The breaker stopped all sizing", "5 of 9 sized pods", "{\"breaker\":null}");
            }
            assertThat(browser.violations()).isEmpty();
        } finally {
            Installation.say(plane, "breaker", "null");
            browser.await("it lets go", any -> data("mesh").at("/mode/breaker").isMissingNode());
        }
    }

    private void brake(String mode) {
        Installation.say(plane, "mode", mode);
    }

    @Test
    void theKeyboardAloneLeadsEverywhere() {
        browser.open(page.resolve("workloads"), "ready");
        browser.press(Keys.TAB);
        assertThat(browser.focused().getText()).isEqualTo("Skip to content");
        browser.press(Keys.ENTER);
        browser.await("the content is in focus", any -> "main"
                .equals(browser.focused().getDomAttribute("id")));
        browser.press(Keys.TAB);
        assertThat(browser.focused().getDomAttribute("name")).isEqualTo("q");
    }

    @Test
    void whatIsNotThereSaysWhatToDo() {
        browser.open(page.resolve("workload?namespace=shop&kind=Deployment&name=nobody"), "missing");

        assertThat(browser.find(".notice").getText())
                .contains("There is no such workload", "kubectl get sidecarprofiles --all-namespaces");
        assertThat(browser.violations()).isEmpty();
        assertThat(browser.complaints()).singleElement().asString().contains("404");
    }

    @Test
    void astrangersNameIsRefusedWithTheWayIn() {
        browser.open(URI.create(page.toString().replace("127.0.0.1", Browser.STRANGER)));

        assertThat(browser.text()).contains("port-forward");
        assertThat(browser.violations()).isEmpty();
        assertThat(browser.complaints()).anyMatch(complaint -> complaint.contains("403"));
    }

    @Test
    void aReplicaThatEndsSaysHowToComeBack() {
        Replica other = Replica.start(installation, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        try {
            browser.open(other.management().resolve("/audit/what-if"), "ready");
        } finally {
            other.close();
        }

        browser.find("#term-floor").sendKeys(Keys.ARROW_UP);
        browser.awaitState("unreachable");

        assertThat(browser.find(".notice").getText()).contains("cannot be reached", "port-forward");
        assertThat(browser.violations()).isEmpty();
        assertThat(browser.complaints()).isNotEmpty();
    }

    @Test
    void aPortForwardThatHangsSaysHowToComeBack() {
        browser.open(
                page.resolve("workloads"),
                "unreachable",
                """
                const timeout = AbortSignal.timeout;
                AbortSignal.timeout = () => timeout.call(AbortSignal, 100);
                window.fetch = (url, {signal}) =>
                    new Promise((any, fail) => signal.addEventListener('abort', () => fail(signal.reason)));
                """);

        assertThat(browser.find(".notice").getText()).contains("cannot be reached", "port-forward");
    }

    @Test
    void whomTheServerTellsToComeAgainDoesSo() {
        browser.open(
                page,
                "ready",
                """
                const get = window.fetch;
                let asked = 0;
                window.fetch = (...request) => asked++ < 3
                    ? Promise.resolve(new Response('{"error": "busy"}', {status: 503, headers: {'Retry-After': '1'}}))
                    : get(...request);
                """);

        assertThat(figure("OOM kills")).contains("6");
    }

    @Test
    void paperIsLightAndHasItsBars() {
        Look dark = new Look(1280, true);
        browser.look(dark);
        browser.open(page.resolve("workload?namespace=shop&kind=Deployment&name=checkout"), "ready");
        int wide = browser.find(".chart canvas").getSize().getWidth();
        String ink = "return getComputedStyle(document.body).color";
        assertThat(browser.run(ink)).isEqualTo("rgb(229, 234, 240)");

        browser.putOnPaper(dark, true);
        assertThat(browser.run(ink)).isEqualTo("rgb(0, 0, 0)");
        assertThat(browser.run("return getComputedStyle(document.querySelector('.filled')).printColorAdjust"))
                .as("a browser leaves backgrounds out, and a bar is nothing else")
                .isEqualTo("exact");
        assertThat(browser.find(".chart canvas").getSize().getWidth())
                .as("a sheet has room for it")
                .isLessThanOrEqualTo(640);

        browser.putOnPaper(dark, false);
        assertThat(browser.run(ink)).isEqualTo("rgb(229, 234, 240)");
        assertThat(browser.find(".chart canvas").getSize().getWidth()).isEqualTo(wide);
    }

    @Test
    void aReplicaThatCannotReadSaysSo() {
        Path nowhere = Path.of("src", "test", "resources", "kubeconfig-to-nowhere.yaml")
                .toAbsolutePath();
        try (Replica blind = Replica.startUnready(
                installation, nowhere, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            browser.open(blind.management().resolve("/audit/"), "ready");

            assertThat(browser.find(".notice").getText()).contains("Not all is well", "still being read", "kubectl");
            assertThat(browser.violations()).isEmpty();
            browser.open(blind.management().resolve("/audit/decisions"), "ready");
            assertThat(browser.find(".notice").getText()).contains("Not all is well", "still being read");
            browser.open(
                    blind.management().resolve("/audit/workload?namespace=shop&kind=Deployment&name=checkout"),
                    "unavailable");
            assertThat(browser.find(".notice").getText()).contains("still being read", "kubectl");
            assertThat(browser.complaints()).singleElement().asString().contains("503");
        }
    }

    private <T extends AutoCloseable> T kept(T part) {
        running.push(part);
        return part;
    }

    private static String day(LocalDate date) {
        return DateTimeFormatter.ofPattern("d MMM", Locale.UK).format(date).replace("Sept", "Sep");
    }

    private List<String> names() {
        return browser.texts(".tabulator-row [tabulator-field=name] a");
    }

    private String figure(String name) {
        return browser.all(".figure").stream()
                .map(WebElement::getText)
                .filter(text -> text.startsWith(name))
                .findFirst()
                .orElseThrow();
    }

    private void choose(String filter, String value) {
        new Select(browser.find("#filters [name=" + filter + "]")).selectByValue(value);
    }

    private WebElement action(String label) {
        return browser.all("#actions button").stream()
                .filter(button -> button.getText().equals(label))
                .findFirst()
                .orElseThrow();
    }

    private JsonNode data(String what) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return JSON.readTree(client.send(
                            HttpRequest.newBuilder(page.resolve("data/" + what)).build(), BodyHandlers.ofString())
                    .body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
