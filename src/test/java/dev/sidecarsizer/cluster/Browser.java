package dev.sidecarsizer.cluster;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A real Chromium without a window. Waiting is for what a page shows, never for a time. */
public final class Browser implements AutoCloseable {

    /** A name of this machine that is none of loopback's, as a stranger's page would have. */
    public static final String STRANGER = "stranger.example";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final String MISSING =
            "%s is not on the PATH: install Debian's packages chromium and chromium-driver"
                    + " (apt-get install chromium chromium-driver), or a Chromium and its chromedriver of the same version";

    private final ChromeDriver driver;
    private final Path downloads;

    private Browser(ChromeDriver driver, Path downloads) {
        this.driver = driver;
        this.downloads = downloads;
    }

    /**
     * How a page is looked at.
     *
     * @param width of the window, in pixels
     */
    public record Look(int width, boolean dark) {

        /** Narrow and wide, each light and dark. */
        public static List<Look> all() {
            return Stream.of(400, 1280)
                    .flatMap(width -> Stream.of(new Look(width, false), new Look(width, true)))
                    .toList();
        }

        @Override
        public String toString() {
            return (dark ? "dark" : "light") + "-" + width;
        }
    }

    /**
     * Starts one.
     *
     * @param downloads folder for what it saves
     * @throws PartMissing where there is none on this machine
     */
    public static Browser start(Path downloads) {
        Path chromium = Guard.onPath("chromium")
                .or(() -> Guard.onPath("google-chrome"))
                .orElseThrow(() -> new PartMissing(MISSING.formatted("chromium")));
        Path chromedriver =
                Guard.onPath("chromedriver").orElseThrow(() -> new PartMissing(MISSING.formatted("chromedriver")));
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.toFile());
        options.addArguments(
                "--headless=new",
                "--hide-scrollbars",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run",
                "--host-resolver-rules=MAP " + STRANGER + " 127.0.0.1");
        if ("root".equals(System.getProperty("user.name"))) {
            // Chromium's own sandbox cannot be made by root
            options.addArguments("--no-sandbox");
        }
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver.toFile())
                .usingAnyFreePort()
                .build();
        Browser browser = new Browser(new ChromeDriver(service, options), downloads);
        browser.command(
                "Browser.setDownloadBehavior", Map.of("behavior", "allow", "downloadPath", downloads.toString()));
        browser.command(
                "Browser.grantPermissions",
                Map.of("permissions", List.of("clipboardReadWrite", "clipboardSanitizedWrite")));
        return browser;
    }

    /** Looks from now on so. */
    public void look(Look look) {
        resize(look.width(), 900);
        emulate(look, "");
    }

    private void emulate(Look look, String media) {
        command(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "media",
                        media,
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", look.dark() ? "dark" : "light"))));
    }

    /** Opens a page, and waits until it is in that state: its body's {@code data-state}. */
    public void open(URI page, String state) {
        driver.get(page.toString());
        awaitState(state);
    }

    /** Opens a page that has no state. */
    public void open(URI page) {
        driver.get(page.toString());
    }

    public void awaitState(String state) {
        await("state " + state, body -> state.equals(body.getDomAttribute("data-state")));
    }

    /** Opens a page, in which {@code script} runs before its own. */
    public void open(URI page, String state, String script) {
        Object id = command("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script))
                .get("identifier");
        try {
            open(page, state);
        } finally {
            command("Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", Objects.requireNonNull(id)));
        }
    }

    /** Shows the page as it is printed by whoever looks so, or no more. */
    public void putOnPaper(Look look, boolean whether) {
        run("dispatchEvent(new Event(arguments[0] ? 'beforeprint' : 'afterprint'))", whether);
        emulate(look, whether ? "print" : "");
    }

    /** Keeps nothing of what was loaded so far. */
    public void forget() {
        command("Network.clearBrowserCache", Map.of());
    }

    /** Waits until it is so, of the body. */
    public void await(String what, Predicate<WebElement> isSo) {
        new WebDriverWait(driver, PATIENCE, POLL)
                .withMessage(() -> what + "; the page says: " + text())
                .ignoring(StaleElementReferenceException.class)
                .until(any -> isSo.test(driver.findElement(By.tagName("body"))));
    }

    /** Waits until what is shown at {@code selector} is so. */
    public void awaitText(String selector, Predicate<String> isSo) {
        await(selector, body -> {
            List<WebElement> found = body.findElements(By.cssSelector(selector));
            return !found.isEmpty() && isSo.test(found.getFirst().getText());
        });
    }

    public WebElement find(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    public List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    /** The texts of all that are shown at {@code selector}. */
    public List<String> texts(String selector) {
        return all(selector).stream().map(WebElement::getText).toList();
    }

    /** All the text that is shown. */
    public String text() {
        return find("body").getText();
    }

    /** What follows the path in the address. */
    public String query() {
        return Objects.requireNonNullElse(URI.create(address()).getRawQuery(), "");
    }

    public String address() {
        return Objects.requireNonNull(driver.getCurrentUrl());
    }

    public void back() {
        driver.navigate().back();
    }

    /** Presses keys where the focus is. */
    public void press(Keys... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** What the element in focus shows. */
    public WebElement focused() {
        return driver.switchTo().activeElement();
    }

    /** Runs a script in the page, and gives what it returns. */
    public Object run(String script, Object... arguments) {
        return Objects.requireNonNullElse(driver.executeScript(script, arguments), "");
    }

    /** The same, of a script that calls its last argument when it is done. */
    public Object runUntilCalled(String script, Object... arguments) {
        return Objects.requireNonNullElse(driver.executeAsyncScript(script, arguments), "");
    }

    /** What was copied last. */
    public String clipboard() {
        return String.valueOf(runUntilCalled("navigator.clipboard.readText().then(arguments[0])"));
    }

    /** Rules of axe that the page breaks, with where. */
    public List<String> violations() {
        return new AxeBuilder()
                .analyze(driver).getViolations().stream().map(Browser::told).toList();
    }

    /** What the console has complained of since the last call: faults, and what the content policy refused. */
    public List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** Writes all of the page, down to {@code most} pixels, into a file. */
    public void photograph(Path file, int width, int most) {
        long height = ((Number) run(
                        "return Math.ceil(scrollY + document.querySelector('main').getBoundingClientRect().bottom)"))
                .longValue();
        resize(width, (int) Math.min(height, most));
        // once it is drawn in that size
        runUntilCalled("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))");
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was saved under that name, when it is there as a whole. */
    public String downloaded(String name) {
        Path file = downloads.resolve(name);
        await(name + " is saved", any -> Files.exists(file));
        try {
            String text = Files.readString(file);
            Files.delete(file);
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }

    private void resize(int width, int height) {
        command(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    private Map<String, Object> command(String name, Map<String, Object> parameters) {
        return driver.executeCdpCommand(name, parameters);
    }

    private static String told(Rule rule) {
        return rule.getId() + ": "
                + rule.getNodes().stream()
                        .map(node -> String.valueOf(node.getTarget()))
                        .toList();
    }
}
