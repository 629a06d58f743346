package dev.sidecarsizer.config;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.MemoryProfile;
import dev.sidecarsizer.profile.Profiles;
import dev.sidecarsizer.profile.Verdict;
import dev.sidecarsizer.sizing.Surroundings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundles;

/**
 * Reviews that we post to ourselves before we are ready: a Java process takes a hundred times longer for its first
 * request than for its thousandth, and it is not an API server that should wait for it.
 *
 * <p>They are dry runs in a namespace whose name no namespace can have, and for that one the ports answer what makes a
 * pod go all the way; so they show in no count and in no profile.
 */
final class WarmUp {

    /** No namespace's name has a space in it. */
    static final String NAMESPACE = "warm up";

    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final int ROUNDS = 300;
    private static final Duration LONGEST = Duration.ofMillis(400);
    private static final int PATIENCE_MS = 5000;
    private static final MemoryProfile PROFILE = new MemoryProfile(
            NAMESPACE,
            "",
            MemoryProfile.Standing.READY,
            new MemoryProfile.Recommendation(Bytes.mebi(96), Bytes.mebi(192), Duration.ofMinutes(5)),
            new MemoryProfile.Observed(30, Bytes.mebi(151), Bytes.mebi(66), 0, null),
            new MemoryProfile.Proxy("1.31.0", null, 2, false, null),
            Verdict.FINE,
            null);

    private final SslBundles bundles;
    private final @Nullable InetAddress address;

    /**
     * @param address where the server listens, {@code null} for everywhere
     */
    WarmUp(SslBundles bundles, @Nullable InetAddress address) {
        this.bundles = bundles;
        this.address = address;
    }

    /** {@code profiles}, and one for the warm-up. */
    static Profiles over(Profiles profiles) {
        return (workload, revision, concurrency) -> workload.namespace().equals(NAMESPACE)
                ? new Profiles.Lineage(null, PROFILE, null, null)
                : profiles.of(workload, revision, concurrency);
    }

    /** {@code surroundings}, and a namespace that has opted in for the warm-up. */
    static Surroundings.Source over(Surroundings.Source surroundings) {
        return new Surroundings.Source() {
            @Override
            public Optional<Mode> mode(String namespace) {
                return namespace.equals(NAMESPACE) ? Optional.of(Mode.ENFORCE) : surroundings.mode(namespace);
            }

            @Override
            public Surroundings of(WorkloadKey workload) {
                return surroundings.of(workload);
            }
        };
    }

    /** Posts reviews until the code is warm, or for long enough; a failure is logged and tried again. */
    void run(int port) throws InterruptedException {
        byte[] review = review();
        while (true) {
            try {
                rounds(port, review);
                return;
            } catch (IOException | GeneralSecurityException failed) {
                LOG.warn("not ready: a review posted to ourselves failed, will retry: {}", failed.toString());
                Thread.sleep(1000);
            }
        }
    }

    private void rounds(int port, byte[] review) throws IOException, GeneralSecurityException {
        SSLSocketFactory ourselves = trustingOurselves();
        String host = (address == null || address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address)
                .getHostAddress();
        String base = "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        long start = System.nanoTime();
        int done = 0;
        while (done < ROUNDS && (done < 2 || System.nanoTime() - start < LONGEST.toNanos())) {
            post(URI.create(base + (done % 4 == 1 ? "/audit" : "/mutate")), review, ourselves);
            done++;
        }
        LOG.debug("{} warm-up reviews in {} ms", done, (System.nanoTime() - start) / 1_000_000);
    }

    private static void post(URI uri, byte[] review, SSLSocketFactory ourselves) throws IOException {
        HttpsURLConnection call = (HttpsURLConnection) uri.toURL().openConnection();
        call.setSSLSocketFactory(ourselves);
        // the certificate is pinned; its names are those that API servers call us by
        call.setHostnameVerifier((name, session) -> true);
        call.setConnectTimeout(PATIENCE_MS);
        call.setReadTimeout(PATIENCE_MS);
        call.setRequestMethod("POST");
        call.setRequestProperty("Content-Type", "application/json");
        call.setDoOutput(true);
        call.setFixedLengthStreamingMode(review.length);
        call.getOutputStream().write(review);
        if (call.getResponseCode() != 200) {
            throw new IOException(uri + " answered " + call.getResponseCode());
        }
        try (InputStream answer = call.getInputStream()) {
            answer.readAllBytes();
        }
    }

    private SSLSocketFactory trustingOurselves() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new PinnedCertificate(() -> Tls.server(bundles))}, new SecureRandom());
        return context.getSocketFactory();
    }

    private static byte[] review() {
        try (InputStream stored = WarmUp.class.getResourceAsStream("/warm-up-review.json")) {
            if (stored == null) {
                throw new IllegalStateException("warm-up-review.json is missing in the jar");
            }
            return stored.readAllBytes();
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
