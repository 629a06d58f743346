package dev.sidecarsizer.audit.page;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** Takes requests for the page and its data: {@code /audit/…}, and {@code /}, which leads there. */
public final class AuditPage extends HttpServlet {

    private static final long serialVersionUID = 1;
    private static final String HOME = "/audit/";
    private static final String DATA = "data/";
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
                    + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private final transient StaticFiles files;
    private final transient Refusal refusal;
    private final transient Data data;

    /**
     * @param namespace our own
     */
    public AuditPage(String namespace, Data data) {
        this.files = new StaticFiles(namespace);
        this.refusal = new Refusal(namespace);
        this.data = data;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        guard(response);
        if (!Access.isAllowed(request.getRemoteAddr(), request.getHeader("Host"))) {
            refuse(request, response);
        } else if (!"GET".equals(request.getMethod()) && !"HEAD".equals(request.getMethod())) {
            response.setHeader("Allow", "GET, HEAD");
            plain(response, HttpServletResponse.SC_METHOD_NOT_ALLOWED, "The audit page is read only.\n");
        } else {
            serve(request, response);
        }
    }

    @Override
    public void destroy() {
        data.close();
    }

    private void serve(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = Objects.requireNonNullElse(request.getPathInfo(), "");
        if (request.getServletPath().isEmpty() || path.isEmpty()) {
            response.setStatus(HttpServletResponse.SC_FOUND);
            response.setHeader("Location", HOME);
            return;
        }
        String name = path.substring(1);
        if (name.startsWith(DATA) && !Access.isAskedByUs(request.getHeader("Sec-Fetch-Site"))) {
            plain(response, HttpServletResponse.SC_FORBIDDEN, "Another site asks for this. Open /audit/ itself.\n");
            return;
        }
        if (name.startsWith(DATA)) {
            data(name.substring(DATA.length()), request, response);
            return;
        }
        Optional<StaticFile> file = files.find(name);
        if (file.isPresent()) {
            send(file.get(), request, response);
        } else {
            plain(response, HttpServletResponse.SC_NOT_FOUND, "There is no such page. Begin at /audit/.\n");
        }
    }

    private void data(String name, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Answer answer;
        try {
            answer = data.answer(name, request::getParameter);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        response.setStatus(answer.status());
        if (answer.soon()) {
            response.setHeader("Retry-After", "1");
        }
        response.setHeader("Cache-Control", "no-store");
        response.setContentType("application/json");
        sendGzip(answer.gzip(), request, response);
    }

    private static void send(StaticFile file, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.setHeader("ETag", file.tag());
        // kept, and asked for again each time: another version of ours may answer next
        response.setHeader("Cache-Control", "no-cache");
        if (file.tag().equals(request.getHeader("If-None-Match"))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setContentType(file.type());
        if (file.gzipped()) {
            sendGzip(file.bytes(), request, response);
        } else {
            response.setContentLength(file.bytes().length);
            response.getOutputStream().write(file.bytes());
        }
    }

    private static void sendGzip(byte[] gzip, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (takesGzip(request)) {
            response.setHeader("Content-Encoding", "gzip");
            response.setContentLength(gzip.length);
            response.getOutputStream().write(gzip);
        } else {
            Gzip.unpack(gzip, response.getOutputStream());
        }
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean data = Objects.requireNonNullElse(request.getPathInfo(), "").startsWith("/" + DATA);
        response.setStatus(HttpServletResponse.SC_FORBIDDEN);
        response.setHeader("Cache-Control", "no-store");
        response.setContentType(data ? "application/json" : "text/html; charset=utf-8");
        response.getOutputStream().write((data ? refusal.json() : refusal.html()).getBytes(StandardCharsets.UTF_8));
    }

    private static void plain(HttpServletResponse response, int status, String text) throws IOException {
        response.setStatus(status);
        response.setContentType("text/plain; charset=utf-8");
        response.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void guard(HttpServletResponse response) {
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Vary", "Accept-Encoding");
    }

    private static boolean takesGzip(HttpServletRequest request) {
        String taken = Objects.requireNonNullElse(request.getHeader("Accept-Encoding"), "");
        for (String coding : taken.toLowerCase(Locale.ROOT).split(",", -1)) {
            String word = coding.strip();
            if (word.equals("gzip") || (word.startsWith("gzip;") && !word.matches(".*q=0(\\.0*)?\\s*"))) {
                return true;
            }
        }
        return false;
    }
}
