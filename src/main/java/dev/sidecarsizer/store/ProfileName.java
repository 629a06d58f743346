package dev.sidecarsizer.store;

import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Subject.OfMesh;
import dev.sidecarsizer.profile.Subject.OfNamespace;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of the object that keeps a profile or a history: {@code deployment-reviews}. Where that is no name for an
 * object, or longer than the 253 characters that one may have, it is cut and ends in a hash of what it is about. So does
 * that of a part of a workload, {@code deployment-reviews-7d9f8b6c5-c2-0a1b2c3d4e}, which another workload could be called.
 */
final class ProfileName {

    private static final int LONGEST = 253;
    private static final int HASH = 10;
    private static final Pattern VALID =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

    private ProfileName() {}

    static String of(WorkloadKey workload) {
        String plain = workload.kind().toLowerCase(Locale.ROOT) + "-" + workload.name();
        return plain.length() <= LONGEST && VALID.matcher(plain).matches() ? plain : hashed(workload);
    }

    static String of(Subject subject) {
        return subject instanceof OfWorkload part && part.equals(OfWorkload.whole(part.workload()))
                ? of(part.workload())
                : hashed(subject);
    }

    /** The name where another workload has the plain one: two kinds of the same name from different API groups. */
    static String hashed(WorkloadKey workload) {
        return hashed(OfWorkload.whole(workload));
    }

    /** A name that nothing else has; a prior's is the same as {@link #of}, since there is one in a namespace. */
    static String hashed(Subject subject) {
        if (subject instanceof OfNamespace) {
            return "namespace";
        }
        if (subject instanceof OfMesh) {
            return "mesh";
        }
        OfWorkload part = (OfWorkload) subject;
        WorkloadKey workload = part.workload();
        String parts = part(part.revision(), "-") + part(part.concurrency(), "-c");
        String plain = (workload.kind() + "-" + workload.name()).toLowerCase(Locale.ROOT);
        String cut = plain.substring(0, Math.min(plain.length(), LONGEST - HASH - 1 - parts.length()));
        String clean = (cut + parts.toLowerCase(Locale.ROOT))
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
        return (clean.isEmpty() ? "workload" : clean) + "-" + hash(part);
    }

    private static String part(@Nullable Object value, String before) {
        return value == null ? "" : before + value;
    }

    private static String hash(OfWorkload part) {
        WorkloadKey workload = part.workload();
        String whole = workload.group() + "/" + workload.kind() + "/" + workload.name() + part(part.revision(), "/")
                + part(part.concurrency(), "//");
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(whole.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
